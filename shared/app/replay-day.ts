import type { Clock } from '../ports/clock.ts';
import type { CycleDay } from '../ports/day-archive.ts';
import { isOfOtherCode, sameAgain } from './same-again.ts';

export interface DayReplay {
  /** "2026-01-31". */
  readonly day: string;
  readonly cycles: number;
  readonly replayed: number;
  /** Looked at and left: another version of the code decided them. */
  readonly of_other_code: number;
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
 * Decides every archived cycle of a day again that this version of the code decided [I8]: what came before a deploy is not
 * its own. Where the time does not suffice for all, those that were done are spread
 * evenly over the day, and the result says how many they were.
 */
export async function replayDay(
  { archive, clock }: ReplayDayPorts,
  dayMs: number,
  { codeVersion, budgetMs }: { readonly codeVersion: string; readonly budgetMs: number },
): Promise<DayReplay> {
  const slots = await archive.slotsOf(dayMs);
  const order = spread(slots);
  const startMs = clock.monotonicMs();
  const slotsBy: Readonly<Record<Again, number[]>> = { same: [], otherwise: [], other_code: [] };
  let seen = 0;
  while (seen < order.length && clock.monotonicMs() - startMs < budgetMs) {
    const batch = order.slice(seen, seen + FETCHED_AT_ONCE);
    const texts = await Promise.all(batch.map((slotMs) => archive.get(slotMs)));
    for (const [at, slotMs] of batch.entries()) slotsBy[again(texts[at], codeVersion)].push(slotMs);
    seen += batch.length;
  }
  const day = new Date(dayMs).toISOString().slice(0, 10);
  const of_other_code = slotsBy.other_code.length;
  const drifted = slotsBy.otherwise.sort((a, b) => a - b);
  return { day, cycles: slots.length, replayed: seen - of_other_code, of_other_code, drifted };
}

type Again = 'same' | 'otherwise' | 'other_code';

/** What is gone cannot be decided again. */
function again(text: string | undefined, codeVersion: string): Again {
  if (text === undefined) return 'otherwise';
  if (isOfOtherCode(text, codeVersion)) return 'other_code';
  return sameAgain(text) ? 'same' : 'otherwise';
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
