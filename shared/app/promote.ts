import { loosened } from '../core/gates/caps.ts';
import { checklist, confirmedCaps, type GateContext, type GateItem } from '../core/gates/checklist.ts';
import type { Evidence, Step } from '../core/gates/evidence.ts';
import { reachedStep } from '../core/gates/standing.ts';
import type { Clock } from '../ports/clock.ts';
import type { EvidenceStore } from '../ports/evidence-store.ts';
import type { Notifier } from '../ports/notifier.ts';
import { alert } from './alerts.ts';
import { fileEvidence } from './file-evidence.ts';

export interface PromotePorts {
  readonly evidence: EvidenceStore;
  readonly notifier: Notifier;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export interface OperatorWord {
  readonly by: string;
  readonly botId: string;
  readonly validMs: number;
}

const BEFORE = { PAPER: 'DRY_RUN', LIVE_CANARY: 'PAPER', LIVE: 'LIVE_CANARY' } as const;

export interface Readiness {
  readonly items: readonly GateItem[];
  /** What speaks against the step, in words that help; empty when nothing does. */
  readonly obstacles: readonly string[];
}

/** Whether a step may be taken. Steps are taken one after the other, none is skipped. */
export function readiness(step: Step, evidence: readonly Evidence[], context: GateContext): Readiness {
  const items = checklist(step, evidence, context);
  const reached = reachedStep(evidence);
  const ranks = ['DRY_RUN', 'PAPER', 'LIVE_CANARY', 'LIVE'] as const;
  const isSkipping = ranks.indexOf(reached) < ranks.indexOf(BEFORE[step]);
  const order = isSkipping ? [`it stands at ${reached}: promote it to ${nextAfter(reached)} first`] : [];
  const missing = items.filter(({ is_met }) => !is_met);
  return { items, obstacles: [...order, ...missing.map(({ gate, detail, how }) => `${gate}: ${detail}; ${how}`)] };
}

function nextAfter(reached: Step | 'DRY_RUN'): Step {
  return reached === 'DRY_RUN' ? 'PAPER' : reached === 'PAPER' ? 'LIVE_CANARY' : 'LIVE';
}

/** Files the operator's word. Throws where the step is not ready: whoever asks has looked before. */
export async function promote(
  ports: PromotePorts,
  step: Step,
  context: GateContext,
  word: OperatorWord,
): Promise<void> {
  const { obstacles } = readiness(step, await ports.evidence.all(), context);
  if (obstacles.length > 0) throw new Error(`not ready for ${step}: ${obstacles.join('; ')}`);
  await fileEvidence<Evidence>(ports.evidence, {
    kind: 'confirmation',
    ...stamped(context),
    to: step,
    by: word.by,
    expires_ms: context.nowMs + word.validMs,
    caps: { ...context.caps },
  });
  await alert(ports, 'PROMOTED', word.botId, `to ${step} by ${word.by}`);
}

export async function demote(
  ports: PromotePorts,
  to: 'DRY_RUN' | 'PAPER' | 'LIVE_CANARY',
  context: GateContext,
  { by, botId, reason }: { readonly by: string; readonly botId: string; readonly reason: string },
): Promise<void> {
  await fileEvidence<Evidence>(ports.evidence, { kind: 'demotion', ...stamped(context), to, by, reason });
  await alert(ports, 'DEMOTED', botId, `to ${to} by ${by}: ${reason}`);
}

/** The word that caps may be looser than those that were confirmed. It ends by itself, and everybody hears of it. */
export async function allowLooserCaps(
  ports: PromotePorts,
  context: GateContext,
  word: OperatorWord,
): Promise<readonly string[]> {
  const confirmed = confirmedCaps(await ports.evidence.all());
  const looser = confirmed === undefined ? [] : loosened(confirmed, context.caps);
  if (looser.length === 0) return [];
  const expires_ms = context.nowMs + word.validMs;
  await fileEvidence<Evidence>(ports.evidence, {
    kind: 'loosening',
    ...stamped(context),
    by: word.by,
    expires_ms,
    caps: { ...context.caps },
  });
  await alert(ports, 'CAPS_LOOSENED', word.botId, `${looser.join(', ')} by ${word.by}`);
  return looser;
}

function stamped({ nowMs, codeVersion, riskHash }: GateContext) {
  return { at_ms: nowMs, code_version: codeVersion, risk_hash: riskHash };
}
