import { type Answer, failureText } from '../ports/answer.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExchangeTime, MarketData } from '../ports/market-data.ts';

export interface ClockCheck {
  /** exchange time - local time, in ms; 0 when unknown. */
  readonly offsetMs: number;
  /** The true offset lies within this of the measured one; null when not measured. */
  readonly errorBoundMs: number | null;
  /** Worst case |drift|: the measured offset plus the error bound of the measurement; null when not measured. */
  readonly driftMs: number | null;
  /** Why the clock is not trusted; null when it is. A drift that cannot be shown is a refusal [REQ-TIME1]. */
  readonly refusal: string | null;
}

const MAX_SAMPLES = 3;
const UNMEASURED = { offsetMs: 0, errorBoundMs: null, driftMs: null } as const;

/** Compares the clocks; a slow reply proves nothing, so up to three are asked for until one is precise enough. */
export async function checkClock(
  ports: { readonly marketData: Pick<MarketData, 'time'>; readonly clock: Pick<Clock, 'nowMs'> },
  maxDriftMs: number,
): Promise<ClockCheck> {
  let best: ClockCheck = { ...UNMEASURED, refusal: 'not measured' };
  for (let sample = 0; sample < MAX_SAMPLES; sample += 1) {
    const check = judge(await ports.marketData.time(), ports.clock.nowMs(), maxDriftMs);
    if (check.refusal === null) return check;
    if (best.driftMs === null || (check.driftMs ?? Number.POSITIVE_INFINITY) < best.driftMs) best = check;
  }
  return best;
}

function judge(answer: Answer<ExchangeTime>, localMs: number, maxDriftMs: number): ClockCheck {
  if (answer.kind !== 'ok') return { ...UNMEASURED, refusal: `exchange time: ${failureText(answer)}` };
  const { epochMs, errorBoundMs } = answer.value;
  const offsetMs = epochMs - localMs;
  // A clock that was set during the measurement can make a round trip look shorter than nothing.
  if (!Number.isFinite(offsetMs) || !(errorBoundMs >= 0)) {
    return { ...UNMEASURED, refusal: 'exchange time: the reading makes no sense' };
  }
  const driftMs = Math.abs(offsetMs) + errorBoundMs;
  const refusal = driftMs <= maxDriftMs ? null : `drift up to ${Math.ceil(driftMs)} ms exceeds ${maxDriftMs} ms`;
  return { offsetMs, errorBoundMs, driftMs, refusal };
}
