import { describe, expect, it } from 'vitest';
import { entry, exit, reasonOf, viewOf } from '../../../test/core/risk-world.ts';
import {
  AS_OF_MS,
  accountOf,
  BTC,
  breakout,
  calmMarket,
  configOf,
  positionOf,
  quoteOf,
  SLOT_MS,
  SOL,
  snapshotOf,
  symbolOf,
} from '../../../test/core/world.ts';
import { applyChanges } from '../cycle/apply-changes.ts';
import { breachesOf } from '../cycle/breaches.ts';
import { decide } from '../cycle/decide.ts';
import { quantity, usd } from '../money/fixed.ts';
import type { Account } from '../portfolio/account.ts';
import { dayStartMs, isoWeekStartMs } from '../portfolio/marks.ts';
import { assess } from './assess.ts';
import { riskRules } from './rules.ts';

const DAY_MS = 86_400_000;
const day = dayStartMs(SLOT_MS);
const week = isoWeekStartMs(SLOT_MS);

function marks(over: { day?: string; week?: string; peaks?: Readonly<Record<string, string>> }): Partial<Account> {
  const peaks = Object.fromEntries(Object.entries(over.peaks ?? {}).map(([start, peak]) => [start, usd(peak)]));
  return {
    high_water_mark: usd('0'),
    marks: {
      day: { start_ms: day, equity: usd(over.day ?? '1') },
      week: { start_ms: week, equity: usd(over.week ?? '1') },
      peaks,
    },
  };
}

const config = configOf({
  policy: {
    risk: {
      daily_stop_pnl_pct: -3,
      weekly_stop_pnl_pct: -7,
      max_rolling_drawdown_pct: 8,
      max_session_drawdown_pct: 4,
    },
  },
});

// Equity is $10,000 in all of them; a loss of exactly the limit is a breach.
describe('losses stop everything new', () => {
  it.each([
    ['a cent less than the daily stop', marks({ day: '10309.27' }), 'approved', null],
    ['a cent more than the daily stop', marks({ day: '10309.28' }), 'daily_stop', 'DAILY_STOP'],
    ['a cent less than the weekly stop', marks({ week: '10752.68' }), 'approved', null],
    ['a cent more than the weekly stop', marks({ week: '10752.69' }), 'weekly_stop', 'WEEKLY_STOP'],
    ['a cent less than the rolling drawdown', marks({ peaks: { [day - DAY_MS]: '10869.56' } }), 'approved', null],
    [
      'a cent more than the rolling drawdown',
      marks({ peaks: { [day - DAY_MS]: '10869.57' } }),
      'rolling_drawdown',
      'DRAWDOWN',
    ],
    ['the same so many days ago', marks({ peaks: { [day - 30 * DAY_MS]: '10869.57' } }), 'approved', null],
    ['a cent less than the drawdown of the session', marks({ peaks: { [day]: '10416.66' } }), 'approved', null],
    [
      'a cent more than the drawdown of the session',
      marks({ peaks: { [day]: '10416.67' } }),
      'session_drawdown',
      'DRAWDOWN',
    ],
    ['the same on the day before', marks({ peaks: { [day - DAY_MS]: '10416.67' } }), 'approved', null],
  ] as const)('[REQ-DD1] %s', (_, account, reason, kind) => {
    const view = viewOf({ config, account });

    expect(reasonOf(entry('100'), view)).toBe(reason);
    expect(breachesOf([], view)).toEqual(kind === null ? [] : [expect.objectContaining({ kind, subject: 'account' })]);
  });

  it('exactly at the limit is a breach', () => {
    const exact = configOf({ policy: { risk: { daily_stop_pnl_pct: -20 } } });

    expect(reasonOf(entry('100'), viewOf({ config: exact, account: marks({ day: '12500' }) }))).toBe('daily_stop');
    expect(reasonOf(entry('100'), viewOf({ config: exact, account: marks({ day: '12499.99' }) }))).toBe('approved');
  });

  it('lets positions be closed, and puts the figures on record', () => {
    const account = { ...marks({ day: '20000' }), positions: { [SOL]: positionOf('1') } };
    const view = viewOf({ config, account });

    expect(reasonOf(exit('1'), view)).toBe('approved');
    expect(assess(entry('100'), view, riskRules, 'id').records[0]).toMatchObject({
      rule: 'gates',
      risk_reason: 'daily_stop',
      cap_type: 'daily_stop',
      limit_pct: -3,
    });
  });

  it('begins anew with the day and with the ISO week', () => {
    const old: Partial<Account> = {
      high_water_mark: usd('0'),
      marks: {
        day: { start_ms: day - DAY_MS, equity: usd('20000') },
        week: { start_ms: week - 7 * DAY_MS, equity: usd('20000') },
        peaks: {},
      },
    };

    expect(reasonOf(entry('100'), viewOf({ config, account: old }))).toBe('approved');
  });
});

it('[REQ-O1] one bad tick up leaves no mark behind it: no drawdown, no stop that trails it, no larger entry', () => {
  const trailing = configOf({
    policy: { risk: { max_session_drawdown_pct: 4 }, exits: { trailing_stop_pct: 3 } },
  });
  const market = (sol: string) =>
    snapshotOf([
      symbolOf(SOL, { quote: quoteOf(SOL, sol) }),
      symbolOf(BTC, { closes: breakout() }),
      ...calmMarket().filter(({ productId }) => productId !== SOL && productId !== BTC),
    ]);
  const held = accountOf({ positions: { [SOL]: positionOf('2', { strategy: 'time-series-momentum' }) } });

  const sound = decide(market('100'), held, trailing);
  const spike = decide(market('400'), held, trailing);
  const after = decide(market('100'), applyChanges(held, spike.account_changes), trailing);

  expect(sound.orders.map(({ side }) => side)).toEqual(['BUY']);
  expect(after.orders).toEqual(sound.orders);
  expect(after.gates).toEqual([]);
  const [spikeSize, soundSize] = [spike, sound].map(({ orders }) => orders[0]?.quantity ?? quantity('1000'));
  expect((spikeSize as bigint) <= (soundSize as bigint)).toBe(true);
});

describe('a losing streak', () => {
  const MINUTE_MS = 60_000;
  const results = (...pnl: readonly (readonly [minutesAgo: number, pnl: string])[]): Partial<Account> => ({
    exit_results: Object.fromEntries(
      pnl.map(([ago, made], i) => [`order-${i}`, { at_ms: AS_OF_MS - ago * MINUTE_MS, realised_pnl: usd(made) }]),
    ),
  });

  it.each([
    ['one loss short of the limit', results([2, '-1'], [1, '-1']), 'approved'],
    ['at the limit', results([3, '-1'], [2, '-1'], [1, '-0.01']), 'loss_streak'],
    ['with a win within it', results([3, '-1'], [2, '0'], [1, '-1']), 'approved'],
    ['with a win before it', results([4, '5'], [3, '-1'], [2, '-1'], [1, '-1']), 'loss_streak'],
    ['by time, in whatever order it was booked', results([1, '-1'], [9, '5'], [3, '-1'], [2, '-1']), 'loss_streak'],
    ['that one more loss does not begin again', results([90, '-1'], [89, '-1'], [88, '-1'], [1, '-1']), 'approved'],
    [
      'that three more losses do',
      results([90, '-1'], [89, '-1'], [88, '-1'], [3, '-1'], [2, '-1'], [1, '-1']),
      'loss_streak',
    ],
    ['whose pause has a minute to go', results([61, '-1'], [60, '-1'], [59, '-1']), 'loss_streak'],
    ['whose pause is over', results([62, '-1'], [61, '-1'], [60, '-1']), 'approved'],
  ] as const)('%s', (_, account, reason) => {
    const view = viewOf({ account });

    expect(reasonOf(entry('100'), view)).toBe(reason);
    expect(breachesOf([], view).map(({ kind }) => kind)).toEqual(reason === 'approved' ? [] : ['LOSS_STREAK']);
  });
});

describe('exposure that prices have carried away', () => {
  // $10,000 cash and SOL at 100: the cap of 5 % with a quarter of tolerance is 6.25 % of equity.
  it.each([
    ['within the tolerance', '6.6', []],
    ['beyond it', '6.8', [SOL]],
  ])('is a breach only %s', (_, size, subjects) => {
    const breaches = breachesOf([], viewOf({ account: { positions: { [SOL]: positionOf(size) } } }));

    expect(breaches.filter(({ kind }) => kind === 'EXPOSURE').map(({ subject }) => subject)).toEqual(subjects);
  });

  it('is none because the regime has shrunk the caps', () => {
    const crash = configOf({ policy: { regime: { override: 'crash' } } });
    const view = viewOf({ config: crash, account: { positions: { [SOL]: positionOf('5') } } });

    expect(breachesOf([], view)).toEqual([]);
  });

  it('names the theme and the account too', () => {
    const positions = { [SOL]: positionOf('30'), 'BTC-USD': positionOf('30') } as Account['positions'];
    const breaches = breachesOf([], viewOf({ account: { positions } }));

    expect(breaches.map(({ subject }) => subject)).toEqual(['BTC-USD', SOL, 'MAJORS', 'account']);
    expect(breaches[3]?.detail).toMatch(/% of equity, the cap is 15 %/);
  });
});
