import type { Binding } from '../core/gates/day.ts';
import { demotionReason } from '../core/gates/demotion.ts';
import { reachedStep } from '../core/gates/standing.ts';
import type { Mode } from '../core/portfolio/account.ts';
import type { Clock } from '../ports/clock.ts';
import type { EvidenceStore } from '../ports/evidence-store.ts';
import type { Notifier } from '../ports/notifier.ts';
import { alert, resolve } from './alerts.ts';
import { fileEvidence } from './file-evidence.ts';
import { type DayReplay, type ReplayDayPorts, replayDay } from './replay-day.ts';

const DAY_MS = 86_400_000;

export interface JudgeDayPorts extends Omit<ReplayDayPorts, 'clock'> {
  readonly clock: Clock;
  readonly evidence: EvidenceStore;
  readonly notifier: Notifier;
}

export interface JudgeDaySettings {
  readonly mode: Mode;
  readonly botId: string;
  readonly binding: Binding;
  /** Cycles beyond it are not replayed. */
  readonly budgetMs: number;
}

/**
 * Replays the day before this one and says what differs; LIVE goes back to PAPER over it [I8] [REQ-M1]. Where not one cycle
 * was decided by this version of the code, somebody hears that nothing was compared: it must not look like agreement.
 */
export async function judgeYesterday(ports: JudgeDayPorts, settings: JudgeDaySettings): Promise<DayReplay> {
  const today = Math.floor(ports.clock.nowMs() / DAY_MS) * DAY_MS;
  const { binding, budgetMs } = settings;
  const replay = await replayDay(ports, today - DAY_MS, { codeVersion: binding.code_version, budgetMs });
  const drift = driftOf(replay);
  if (drift === null) {
    if (replay.replayed === 0 && replay.of_other_code > 0) {
      await alert(ports, 'PARITY_DRIFT', settings.botId, `nothing of ${replay.day} was compared: ${otherCode(replay)}`);
    }
    if (replay.replayed > 0) await resolve(ports, 'PARITY_DRIFT', settings.botId, `none on ${replay.day}`);
    return replay;
  }
  await alert(ports, 'PARITY_DRIFT', settings.botId, drift);
  if (settings.mode === 'LIVE') await demote(ports, settings, drift);
  return replay;
}

function otherCode({ of_other_code }: DayReplay): string {
  return `another version of the code decided all ${of_other_code} cycles`;
}

function driftOf({ day, replayed, drifted }: DayReplay): string | null {
  const [first] = drifted;
  if (first === undefined) return null;
  const slot = new Date(first).toISOString();
  return `${drifted.length} of ${replayed} replayed cycles of ${day} are decided otherwise, the first that of ${slot}`;
}

async function demote(
  { evidence, notifier, clock }: JudgeDayPorts,
  settings: JudgeDaySettings,
  drift: string,
): Promise<void> {
  const reached = reachedStep(await evidence.all());
  if (reached === 'DRY_RUN' || reached === 'PAPER') return;
  const none = { ledgerBreak: null, unknownInARow: 0, slowInARow: 0, refusal: null };
  const reason = demotionReason({ ...none, parityDrift: drift }) ?? drift;
  const demotion = {
    kind: 'demotion',
    at_ms: clock.nowMs(),
    ...settings.binding,
    to: 'PAPER',
    by: 'the bot',
    reason,
  } as const;
  await fileEvidence(evidence, demotion);
  await alert({ notifier, clock }, 'DEMOTED', settings.botId, reason);
}
