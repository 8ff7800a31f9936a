import type { Clock } from '../ports/clock.ts';
import type { CycleDay } from '../ports/day-archive.ts';
import { sameAgain } from './same-again.ts';

export interface DayReplay {
  /** "2026-01-31". */
  readonly day: string;
  readonly cycles: number;
  readonly replayed: number;
  /** Slots whose cycle is decided otherwise, or cannot be read back. */
  readonly drifted: readonly number[];
}

export interface ReplayDayPorts {
  readonly archive: CycleDay;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** Fetched side by side while nothing else is done. */
const FETCHED_AT_ONCE = 16;

/**
 * Decides every archived cycle of a day again [I8]. Where the time does not suffice for all, those that were done are spread
 * evenly over the day, and the result says how many they were.
 */
export async function replayDay(
  { archive, clock }: ReplayDayPorts,
  dayMs: number,
  budgetMs: number,
): Promise<DayReplay> {
  const slots = await archive.slotsOf(dayMs);
  const order = spread(slots);
  const startMs = clock.monotonicMs();
  const drifted: number[] = [];
  let replayed = 0;
  while (replayed < order.length && clock.monotonicMs() - startMs < budgetMs) {
    const batch = order.slice(replayed, replayed + FETCHED_AT_ONCE);
    const texts = await Promise.all(batch.map((slotMs) => archive.get(slotMs)));
    for (const [at, slotMs] of batch.entries()) {
      const text = texts[at];
      if (text === undefined || !sameAgain(text)) drifted.push(slotMs);
    }
    replayed += batch.length;
  }
  const day = new Date(dayMs).toISOString().slice(0, 10);
  return { day, cycles: slots.length, replayed, drifted: drifted.sort((a, b) => a - b) };
}

/** Every beginning of it lies evenly over the whole: halves, then quarters, then eighths. */
export function spread<Item>(items: readonly Item[]): readonly Item[] {
  const bits = Math.ceil(Math.log2(Math.max(1, items.length)));
  const order = Array.from({ length: 2 ** bits }, (_, at) => reversed(at, bits));
  return order.flatMap((at) => (at < items.length ? [items[at] as Item] : []));
}

function reversed(value: number, bits: number): number {
  let result = 0;
  for (let bit = 0; bit < bits; bit += 1) if ((value >> bit) & 1) result += 2 ** (bits - 1 - bit);
  return result;
}
