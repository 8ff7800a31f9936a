import { createHash } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';

const TWO_TO_48 = 2 ** 48;

/**
 * How long to wait after a slot [REQ-SCH1]: uniform over 0 to `jitterPct` percent of the interval, and always the same for
 * the same slot and seed text, so that a run can be repeated.
 */
export function jitterMs(slotMs: number, intervalMs: number, jitterPct: number, seedText: string): number {
  const digest = createHash('sha256').update(`${seedText}#${slotMs}`).digest();
  const uniform = digest.readUIntBE(0, 6) / TWO_TO_48;
  return Math.floor((uniform * intervalMs * jitterPct) / 100);
}

export interface SlotSettings {
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Ends the wait for the next slot and the sequence. */
  readonly signal?: AbortSignal;
  /** At most so many slots; without it until aborted. */
  readonly limit?: number;
}

/**
 * The schedule: waits for each slot (a multiple of the interval) and yields it. The jitter is slept by whoever handles the
 * slot. A slot that passed while the one before was handled is left out: a stale tick is worse than a missed one.
 */
export async function* slots({
  clock,
  intervalMs,
  signal,
  limit = Number.POSITIVE_INFINITY,
}: SlotSettings): AsyncGenerator<number, void, undefined> {
  let slotMs = firstFrom(clock.nowMs(), intervalMs);
  for (let count = 0; count < limit; count += 1) {
    await sleepUntil(clock, slotMs, signal);
    if (signal?.aborted) return;
    yield slotMs;
    if (signal?.aborted) return;
    slotMs = Math.max(slotMs + intervalMs, firstFrom(clock.nowMs(), intervalMs));
  }
}

function firstFrom(ms: number, intervalMs: number): number {
  return Math.ceil(ms / intervalMs) * intervalMs;
}

async function sleepUntil(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return;
  const wait = clock.sleep(Math.max(0, ms - clock.nowMs()));
  if (signal === undefined) return wait;
  let stop = () => {};
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
    signal.addEventListener('abort', stop, { once: true });
  });
  await Promise.race([wait, aborted]);
  signal.removeEventListener('abort', stop);
}
