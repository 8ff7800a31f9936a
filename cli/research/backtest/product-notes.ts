import type { ProductsOfDay } from '../../../shared/adapters/candles/product-days.ts';
import type { ProductList } from '../../../shared/core/backtest/product-lists.ts';
import type { Candles } from '../../../shared/core/market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../../shared/core/market/interval.ts';
import type { ProductId } from '../../../shared/core/market/product.ts';

const DAY_MS = INTERVAL_MS['1d'];
/** A report stays readable. */
const MOST_SPANS = 6;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The lists that the slots of a span can know. */
export function listsOf(days: readonly ProductsOfDay[], { fromMs, toMs }: Span): readonly ProductList[] {
  const known = days.filter(({ takenAtMs }) => takenAtMs < toMs);
  const begin = Math.max(
    0,
    known.findLastIndex(({ takenAtMs }) => takenAtMs <= fromMs),
  );
  return known.slice(begin).map(({ takenAtMs, products, absent }) => ({ fromMs: takenAtMs, products, absent }));
}

/** Which products the run used, in words: those of its day, older ones, or made-up ones. */
export function productNotes(lists: readonly ProductList[], span: Span): readonly string[] {
  const first = lists[0]?.fromMs ?? Number.POSITIVE_INFINITY;
  const taken = new Set(lists.map(({ fromMs }) => dayOf(fromMs)));
  const days = daysIn(span);
  const without = days.filter((day) => (day + 1) * DAY_MS <= first);
  const older = days.filter((day) => day * DAY_MS >= first && !taken.has(day));
  return [
    ...(without.length === 0
      ? []
      : [`no list of products for ${spansText(without)}: increments and minimums made from the first price`]),
    ...(older.length === 0 ? [] : [`no list of products of its own for ${spansText(older)}: the one before stands`]),
  ];
}

/** Whose bars end long before the run: nobody is known to have bought what is still held of it. */
export function endedNotes(
  bars: readonly (readonly [ProductId, Candles])[],
  interval: Interval,
  { toMs }: Span,
): readonly string[] {
  return bars.flatMap(([id, { index, length }]) => {
    const last = index[length - 1];
    const endMs = last === undefined ? Number.POSITIVE_INFINITY : (last + 1) * INTERVAL_MS[interval];
    if (toMs - endMs < Math.max(DAY_MS, INTERVAL_MS[interval])) return [];
    return [`bars of ${id} end on ${text(dayOf(endMs - 1))}: what is held of it then counts at its last close`];
  });
}

function daysIn({ fromMs, toMs }: Span): readonly number[] {
  const first = dayOf(fromMs);
  return Array.from({ length: dayOf(toMs - 1) - first + 1 }, (_, i) => first + i);
}

function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/** "3 days (2025-01-01 to 2025-01-02, 2025-01-05)". */
function spansText(days: readonly number[]): string {
  const spans: { from: number; to: number }[] = [];
  for (const day of days) {
    const last = spans.at(-1);
    if (last !== undefined && last.to === day - 1) last.to = day;
    else spans.push({ from: day, to: day });
  }
  const named = spans
    .slice(0, MOST_SPANS)
    .map(({ from, to }) => (from === to ? text(from) : `${text(from)} to ${text(to)}`));
  const more = spans.length > MOST_SPANS ? `, ... to ${text(days.at(-1) as number)}` : '';
  return `${days.length} ${days.length === 1 ? 'day' : 'days'} (${named.join(', ')}${more})`;
}

function text(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
