import type { GateContext } from '../core/gates/checklist.ts';
import { type Standing, standingOf } from '../core/gates/standing.ts';
import type { Clock } from '../ports/clock.ts';
import type { EvidenceStore } from '../ports/evidence-store.ts';
import type { LiveAuthority } from '../ports/live-authority.ts';

export interface GatedAuthority extends LiveAuthority {
  standing(): Promise<Standing>;
}

/** So long an answer may be reused: within a cycle and between two POSTs, not from one minute to the next. */
const CACHE_MS = 3_000;

/** LIVE as the gates grant it [REQ-M1]: read in every cycle and before every order. Evidence that cannot be read is none. */
export function gatedAuthority(
  evidence: EvidenceStore,
  clock: Clock,
  context: Omit<GateContext, 'nowMs'>,
): GatedAuthority {
  let cached: { readonly atMs: number; readonly standing: Standing } | undefined;
  const standing = async (): Promise<Standing> => {
    const startedMs = clock.monotonicMs();
    if (cached !== undefined && startedMs - cached.atMs < CACHE_MS) return cached.standing;
    const read = await readStanding(evidence, { ...context, nowMs: clock.nowMs() });
    cached = { atMs: startedMs, standing: read };
    return read;
  };
  return {
    standing,
    async refusal() {
      const now = await standing();
      return now.kind === 'granted' ? null : now.reason;
    },
  };
}

async function readStanding(evidence: EvidenceStore, context: GateContext): Promise<Standing> {
  try {
    return standingOf(await evidence.all(), context);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'refused', reason: `the gate evidence cannot be read: ${why}`, isUnread: true };
  }
}
