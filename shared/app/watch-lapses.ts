import type { GateContext } from '../core/gates/checklist.ts';
import { type Lapse, lapsesWithin, lapseText } from '../core/gates/lapses.ts';
import type { Clock } from '../ports/clock.ts';
import type { EvidenceStore } from '../ports/evidence-store.ts';
import type { Notifier } from '../ports/notifier.ts';
import { alert, resolve } from './alerts.ts';

export const WARNED_DAYS = 7;

export interface LapsePorts {
  readonly evidence: EvidenceStore;
  readonly notifier: Notifier;
  readonly clock: Clock;
}

/**
 * Says a week ahead what will end LIVE if nobody renews it [REQ-M1]: without LIVE nothing sells what is held, and the ladder
 * begins at PAPER again.
 */
export async function watchLapses(
  ports: LapsePorts,
  botId: string,
  gates: Omit<GateContext, 'nowMs'>,
): Promise<readonly Lapse[]> {
  const context = { ...gates, nowMs: ports.clock.nowMs() };
  const lapses = lapsesWithin(WARNED_DAYS, await ports.evidence.all(), context);
  const [first] = lapses;
  if (first === undefined) await resolve(ports, 'LIVE_ENDING', botId, `nothing ends within ${WARNED_DAYS} days`);
  else {
    const detail = lapses.map(lapseText).join('; ');
    await alert(ports, 'LIVE_ENDING', botId, detail, first.in_days <= 1 ? 'CRITICAL' : 'WARNING');
  }
  return lapses;
}
