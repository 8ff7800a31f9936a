import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountOf } from '../../../test/core/world.ts';
import { subtract, toNumber, toText, type Usd, usd } from '../money/fixed.ts';
import type { Account } from './account.ts';
import { recordFlow } from './ledger.ts';
import { changeSince, dayStartMs, isoWeekStartMs, marksAt, rollingPeak, sessionPeak } from './marks.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const DAYS = 30;

describe('periods', () => {
  it.each([
    ['within a day', '2026-01-05T00:00', '2026-01-05T23:59:59.999', true, true],
    ['over midnight', '2026-01-05T23:59:59.999', '2026-01-06T00:00', false, true],
    ['from Sunday to Monday', '2026-01-04T23:59:59.999', '2026-01-05T00:00', false, false],
    ['from Saturday to Sunday', '2026-01-03T12:00', '2026-01-04T12:00', false, true],
    ['over the end of a month in mid-week', '2026-03-31T23:59', '2026-04-01T00:01', false, true],
    ['over the end of February', '2024-02-28T12:00', '2024-02-29T12:00', false, true],
    // ISO week 1 of 2026 began on Monday, 29 December 2025.
    ['over New Year within an ISO week', '2025-12-31T23:59', '2026-01-01T00:01', false, true],
    ['over the start of an ISO year', '2025-12-28T23:59', '2025-12-29T00:01', false, false],
    ['over a change of the clocks', '2026-03-29T00:30', '2026-03-29T23:30', true, true],
    ['a week apart to the ms', '2026-01-05T00:00', '2026-01-12T00:00', false, false],
    ['a month apart on the same weekday', '2026-02-02T00:00', '2026-03-02T00:00', false, false],
  ])('%s', (_, from, to, isSameDay, isSameWeek) => {
    expect(dayStartMs(at(from)) === dayStartMs(at(to))).toBe(isSameDay);
    expect(isoWeekStartMs(at(from)) === isoWeekStartMs(at(to))).toBe(isSameWeek);
  });

  it('start where they say', () => {
    expect(new Date(dayStartMs(at('2026-01-31T17:05'))).toISOString()).toBe('2026-01-31T00:00:00.000Z');
    expect(new Date(isoWeekStartMs(at('2026-02-01T17:05'))).toISOString()).toBe('2026-01-26T00:00:00.000Z');
  });
});

it('[REQ-DD1] a session without a peak on record is measured from where its day began', () => {
  const day = { start_ms: dayStartMs(at('2026-01-30T10:00')), equity: usd('900') };

  expect(sessionPeak({ day, week: day, peaks: {} })).toBe(usd('900'));
  expect(sessionPeak({ day, week: day, peaks: { [String(day.start_ms)]: usd('950') } })).toBe(usd('950'));
});

describe('marks', () => {
  it('anchor a new day and a new week at their first equity, and keep them until the next', () => {
    const days = [
      ['2026-01-30T10:00', '10000', '2026-01-30', '10000', '10000'],
      ['2026-01-30T23:00', '9000', '2026-01-30', '10000', '10000'],
      // Another month, the same ISO week.
      ['2026-02-01T00:00', '9500', '2026-02-01', '9500', '10000'],
      ['2026-02-02T00:00', '9400', '2026-02-02', '9400', '9400'],
    ] as const;
    let account = accountOf();
    for (const [time, equity, day, dayEquity, weekEquity] of days) {
      const marks = marksAt(account, usd(equity), at(time), DAYS);
      expect([toText(marks.day.equity), toText(marks.week.equity)]).toEqual([dayEquity, weekEquity]);
      expect(marks.day.start_ms).toBe(at(day));
      account = { ...account, marks: stored(marks) };
    }
  });

  it('[REQ-DD1] are not anchored anew by a slot of a day, or a week, that is over', () => {
    const monday = marksAt(accountOf(), usd('10000'), at('2026-02-02T00:00'), DAYS);
    const account = accountOf({ marks: stored(monday) });
    const late = marksAt(account, usd('9000'), at('2026-02-01T23:59'), DAYS);
    const next = marksAt(accountOf({ marks: stored(late) }), usd('9000'), at('2026-02-02T00:01'), DAYS);

    for (const { day, week } of [late, next]) expect([day, week]).toEqual([monday.day, monday.week]);
  });

  it('remember the highest equity of as many days as asked, this one included', () => {
    const first = marksAt(accountOf(), usd('12000'), at('2026-01-01T12:00'), 3);
    const account = accountOf({ high_water_mark: first.high_water_mark, marks: stored(first) });
    const later = (day: string) => marksAt(account, usd('10000'), at(day), 3);

    expect(toText(rollingPeak(later('2026-01-03T23:59')))).toBe('12000');
    expect(toText(rollingPeak(later('2026-01-04T00:00')))).toBe('10000');
    expect(toText(sessionPeak(later('2026-01-01T23:59')))).toBe('12000');
    expect(toText(sessionPeak(later('2026-01-02T00:00')))).toBe('10000');
    expect(toText(later('2026-03-01T00:00').high_water_mark)).toBe('12000');
  });

  it('call no loss what an anchor of nothing shows', () => {
    expect(toText(changeSince(usd('0'), usd('5')))).toBe('0');
    expect(toText(changeSince(usd('100'), usd('97')))).toBe('-0.03');
  });
});

describe('deposits and withdrawals', () => {
  const SLOT = at('2026-01-05T12:00');
  const before: Account = {
    ...accountOf({ cash: usd('9000'), high_water_mark: usd('10000') }),
    marks: stored(marksAt(accountOf(), usd('10000'), SLOT, DAYS)),
  };

  it.each([
    ['half of it is taken out', '-4500'],
    ['as much is paid in', '9000'],
    ['all but a cent is taken out', '-8999.99'],
  ])('are neither drawdown nor loss: %s', (_, amount) => {
    const account = recordFlow(before, usd(amount), SLOT);
    const marks = marksAt(account, account.cash, SLOT, DAYS);

    for (const mark of [marks.high_water_mark, marks.day.equity, marks.week.equity, rollingPeak(marks)]) {
      expect(toNumber(changeSince(mark, account.cash))).toBeCloseTo(-0.1, 5);
    }
    expect(account.flows).toEqual([{ at_ms: SLOT, amount: usd(amount) }]);
  });

  it('begin the marks anew where nothing was there before', () => {
    const empty = accountOf({ cash: usd('0'), high_water_mark: usd('0') });
    const account = recordFlow(empty, usd('500'), SLOT);

    expect(toText(marksAt(account, account.cash, SLOT, DAYS).high_water_mark)).toBe('500');
  });

  it('leave nothing to draw down when everything is gone', () => {
    const account = recordFlow(before, usd('-9000'), SLOT);

    expect(toText(marksAt(account, account.cash, SLOT, DAYS).high_water_mark)).toBe('0');
  });

  it('of nothing change nothing', () => {
    expect(recordFlow(before, usd('0'), SLOT)).toBe(before);
  });

  it('keep the drawdown whatever the sum, the price move in between included', () => {
    const cents = (min: number, max: number) => fc.integer({ min, max }).map((n) => usd((n / 100).toFixed(2)));
    fc.assert(
      fc.property(cents(1, 1e8), cents(1, 1e8), cents(-1e8, 1e8), (equity, mark, flow) => {
        // A share has twelve decimals: where next to nothing is left, the mark is known no better than to a few of them.
        fc.pre((equity + flow) * 100_000n > equity);
        const plain: Account = { ...accountOf({ high_water_mark: mark }), marks: null };
        const without = marksAt(plain, equity, SLOT, DAYS).high_water_mark;
        const after = (equity + flow) as Usd;
        const withFlow = marksAt(recordFlow(plain, flow, SLOT), after, SLOT, DAYS).high_water_mark;
        const drawdown = (peak: Usd, now: Usd) => toNumber(subtract(peak, now)) / toNumber(peak);
        expect(drawdown(withFlow, after)).toBeCloseTo(drawdown(without, equity), 5);
      }),
    );
  });
});

function stored({ day, week, peaks }: ReturnType<typeof marksAt>): NonNullable<Account['marks']> {
  return { day, week, peaks };
}
