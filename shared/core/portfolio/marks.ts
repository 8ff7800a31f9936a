import { larger, portion, type Ratio, ratio, shareOf, subtract, type Usd, ZERO_USD } from '../money/fixed.ts';
import type { Account, Marks } from './account.ts';

/** What losses are measured from at this decision, with this decision's own equity in it. */
export interface MarksNow extends Marks {
  readonly high_water_mark: Usd;
}

type MarkedAccount = Pick<Account, 'marks' | 'high_water_mark' | 'unsettled_flow'>;

const DAY_MS = 86_400_000;
/** 1 January 1970 was a Thursday; ISO weeks begin on Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** Midnight UTC: a UTC day is always as long as another. */
export function dayStartMs(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}

/** Monday's midnight UTC, across the ends of months and years. */
export function isoWeekStartMs(atMs: number): number {
  const weekMs = 7 * DAY_MS;
  return Math.floor((atMs - FIRST_MONDAY_MS) / weekMs) * weekMs + FIRST_MONDAY_MS;
}

/**
 * The marks of the account brought to this slot: moved along with deposits and withdrawals, a new day or week anchored at
 * its first equity, today's peak raised. Pure: the commit writes them, so the next decision goes on from here. A slot that
 * comes late begins no day that is over: the losses of the one that runs would be forgotten.
 */
export function marksAt(account: MarkedAccount, equity: Usd, slotMs: number, rollingDays: number): MarksNow {
  const known = account.marks;
  const day = Math.max(dayStartMs(slotMs), known?.day.start_ms ?? 0);
  const week = Math.max(isoWeekStartMs(slotMs), known?.week.start_ms ?? 0);
  if (known !== null && isSameDay(account, known, day, week)) return raised(account.high_water_mark, known, equity);
  const moved = moverOf(account.unsettled_flow, equity);
  const anchor = (start_ms: number, old: Marks['day'] | undefined) =>
    old?.start_ms === start_ms ? { start_ms, equity: moved(old.equity) } : { start_ms, equity };
  const oldest = day - (rollingDays - 1) * DAY_MS;
  const peaks = Object.entries(known?.peaks ?? {})
    .filter(([start]) => Number(start) >= oldest)
    .map(([start, peak]) => [start, moved(peak)] as const);
  const today = new Map(peaks).get(String(day)) ?? equity;
  return {
    high_water_mark: larger(moved(account.high_water_mark), equity),
    day: anchor(day, known?.day),
    week: anchor(week, known?.week),
    peaks: { ...Object.fromEntries(peaks), [String(day)]: larger(today, equity) },
  };
}

/** Nothing is to be anchored anew, forgotten or moved: the day has its marks, and no money came or went. */
function isSameDay(
  { unsettled_flow }: MarkedAccount,
  { day, week, peaks }: Marks,
  dayMs: number,
  weekMs: number,
): boolean {
  const isAnchored = day.start_ms === dayMs && week.start_ms === weekMs;
  return unsettled_flow === ZERO_USD && isAnchored && peaks[String(dayMs)] !== undefined;
}

/** The parts that do not rise are the account's own. */
function raised(highWaterMark: Usd, marks: Marks, equity: Usd): MarksNow {
  const today = String(marks.day.start_ms);
  const isHigher = equity > (marks.peaks[today] as Usd);
  return {
    high_water_mark: larger(highWaterMark, equity),
    day: marks.day,
    week: marks.week,
    peaks: isHigher ? { ...marks.peaks, [today]: equity } : marks.peaks,
  };
}

/** The highest equity of the days that are remembered, this one included. */
export function rollingPeak({ peaks }: Marks): Usd {
  return Object.values(peaks).reduce<Usd>((most, peak) => larger(most, peak), ZERO_USD);
}

export function sessionPeak({ peaks, day }: Marks): Usd {
  return peaks[String(day.start_ms)] ?? day.equity;
}

/** Gain or loss since an anchor as a share of it, rounded against us; nothing where the anchor held nothing. */
export function changeSince(anchor: Usd, equity: Usd): Ratio {
  return anchor <= 0n ? ratio('0') : shareOf(subtract(equity, anchor), anchor, 'down');
}

/**
 * A flow scales every mark by equity with it over equity without it. Adding it instead would turn 10 % under the mark
 * into 20 % when half of the money is taken out.
 */
function moverOf(flow: Usd, equity: Usd): (mark: Usd) => Usd {
  const before = subtract(equity, flow);
  if (flow === ZERO_USD) return (mark) => mark;
  // Nothing was there before: there is nothing to scale, only to begin.
  if (before <= 0n) return () => equity;
  const share = shareOf(larger(equity, ZERO_USD), before, 'up');
  return (mark) => portion(mark, share, 'up');
}
