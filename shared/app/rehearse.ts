import { canaryConfig } from '../core/gates/canary.ts';
import type { Standing } from '../core/gates/standing.ts';
import type { EvidenceStore } from '../ports/evidence-store.ts';
import type { LiveAuthority } from '../ports/live-authority.ts';
import type { CycleReport } from './cycle-report.ts';
import type { GatedAuthority } from './gated-authority.ts';
import { type NoteSettings, noteCycle } from './note-cycle.ts';
import type { CyclePorts, CycleSettings } from './ports.ts';
import { replayCheck } from './replay-check.ts';
import { timedNotifier } from './timed-notifier.ts';

export interface Rehearsed {
  readonly ports: CyclePorts;
  readonly settings: CycleSettings;
  readonly note: (report: CycleReport) => Promise<void>;
}

export interface RehearsalParts {
  readonly evidence: EvidenceStore;
  readonly authority: GatedAuthority;
  /** The exchange moves no money: its ports have an authority of their own, and no gate is asked. */
  readonly isExempt?: boolean;
}

/**
 * Cycles as the gates see them: what they may do is read before each, what they have shown is filed after it. At
 * LIVE_CANARY they decide with the canary's config and no other.
 */
export function rehearse(
  { evidence, authority, isExempt = false }: RehearsalParts,
  noted: Omit<NoteSettings, 'unknownSettleMs'>,
): { readonly open: (ports: CyclePorts, settings: CycleSettings) => Promise<Rehearsed> } {
  return {
    async open(ports, settings) {
      const standing = noted.mode === 'LIVE' ? await authority.standing() : null;
      const isCanary = standing?.kind === 'granted' && standing.step === 'LIVE_CANARY';
      const { notifier, take } = timedNotifier(ports.notifier, ports.clock);
      const { accounts, clock } = ports;
      const { archive, drift } = replayCheck(ports.archive);
      const unknownSettleMs = settings.config.policy.execution.unknown_settle_seconds * 1_000;
      const notePorts = { evidence, accounts, notifier, clock, standing: authority.standing, alertTimes: take };
      return {
        ports: {
          ...ports,
          notifier,
          archive,
          liveAuthority: bound(ports.liveAuthority, authority, isExempt ? null : standing),
        },
        settings: isCanary ? { ...settings, config: canaryConfig(settings.config) } : settings,
        note: (report) =>
          noteCycle(notePorts, { parityDrift: () => drift(report.slot_ms), unknownSettleMs, ...noted }, report),
      };
    },
  };
}

/**
 * The config of the cycle was chosen by the standing at its begin. What is granted later is not for this cycle: a canary
 * that was let in meanwhile must not decide with full caps.
 */
function bound(inner: LiveAuthority, authority: GatedAuthority, atBegin: Standing | null): LiveAuthority {
  if (atBegin === null) return inner;
  return {
    async refusal() {
      if (atBegin.kind === 'refused') return atBegin.reason;
      const refusal = await inner.refusal();
      if (refusal !== null) return refusal;
      const now = await authority.standing();
      if (now.kind === 'refused') return now.reason;
      const isTighter = atBegin.step === 'LIVE' && now.step === 'LIVE_CANARY';
      return isTighter ? 'it went back to the canary during this cycle' : null;
    },
  };
}
