import { canaryConfig } from '../core/gates/canary.ts';
import type { EvidenceStore } from '../ports/evidence-store.ts';
import type { GatedAuthority } from './gated-authority.ts';
import { type NoteSettings, noteCycle } from './note-cycle.ts';
import type { CyclePorts, CycleSettings } from './ports.ts';
import type { CycleReport } from './run-cycle.ts';
import { timedNotifier } from './timed-notifier.ts';

export interface Rehearsed {
  readonly ports: CyclePorts;
  readonly settings: CycleSettings;
  readonly note: (report: CycleReport) => Promise<void>;
}

/**
 * Cycles as the gates see them: what they may do is read before each, what they have shown is filed after it. At
 * LIVE_CANARY they decide with the canary's config and no other.
 */
export function rehearse(
  { evidence, authority }: { readonly evidence: EvidenceStore; readonly authority: GatedAuthority },
  noted: NoteSettings,
): { readonly open: (ports: CyclePorts, settings: CycleSettings) => Promise<Rehearsed> } {
  return {
    async open(ports, settings) {
      const standing = noted.mode === 'LIVE' ? await authority.standing() : null;
      const isCanary = standing?.kind === 'granted' && standing.step === 'LIVE_CANARY';
      const { notifier, take } = timedNotifier(ports.notifier, ports.clock);
      const { accounts, clock } = ports;
      const notePorts = { evidence, accounts, notifier, clock, standing: authority.standing, alertTimes: take };
      return {
        ports: { ...ports, notifier },
        settings: isCanary ? { ...settings, config: canaryConfig(settings.config) } : settings,
        note: (report) => noteCycle(notePorts, noted, report),
      };
    },
  };
}
