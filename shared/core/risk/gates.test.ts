import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../test/core/risk-world.ts';
import { AS_OF_MS, BTC, calmMarket, configOf, SLOT_MS, SOL, symbolOf } from '../../../test/core/world.ts';
import { breachesOf } from '../cycle/breaches.ts';
import { NO_CANDLES } from '../market/candles.ts';
import type { SymbolSnapshot } from '../market/snapshot.ts';
import { usd } from '../money/fixed.ts';
import type { Account } from '../portfolio/account.ts';
import { dayStartMs, isoWeekStartMs } from '../portfolio/marks.ts';
import { drawdownPct } from './gates.ts';

const day = dayStartMs(SLOT_MS);
const marks = (
  dayEquity: string,
  weekEquity: string,
  peaks: Readonly<Record<string, string>> = {},
): Partial<Account> => ({
  high_water_mark: usd('0'),
  marks: {
    day: { start_ms: day, equity: usd(dayEquity) },
    week: { start_ms: isoWeekStartMs(SLOT_MS), equity: usd(weekEquity) },
    peaks: Object.fromEntries(Object.entries(peaks).map(([start, peak]) => [start, usd(peak)])),
  },
});
const risk = {
  daily_stop_pnl_pct: -3,
  weekly_stop_pnl_pct: -7,
  max_rolling_drawdown_pct: 8,
  max_session_drawdown_pct: 4,
};
const lossGate = (gate: string, riskReason: string, reason: string, current_pct: number, limit_pct: number) => ({
  gate,
  riskReason,
  reason,
  blocks: 'entries',
  figures: { cap_type: riskReason, current_pct, proposed_pct: current_pct, limit_pct },
});

it('[I4] tells somebody when intents have failed for good', () => {
  const view = viewOf({ snapshot: { conditions: { deadLetters: '1 dead letters' } } });
  expect(breachesOf([], view)).toContainEqual({
    kind: 'DEAD_LETTERS',
    subject: 'account',
    detail: '1 dead letters',
  });
});

it('[I4] tells somebody when no operator has shown up', () => {
  const view = viewOf({ snapshot: { conditions: { operatorSilent: 'nobody for 7 days' } } });
  expect(breachesOf([], view)).toContainEqual({
    kind: 'OPERATOR_SILENT',
    subject: 'account',
    detail: 'nobody for 7 days',
  });
});

describe('[I4] what a gate says', () => {
  it.each([
    ['killed', 'kill', 'killed', 'all'],
    ['clockRefusal', 'clock', 'clock', 'all'],
    ['exchangeDown', 'exchange', 'exchange_down', 'all'],
    ['ledgerBreak', 'ledger', 'ledger', 'entries'],
    ['operatorSilent', 'operator', 'operator_silent', 'entries'],
    ['deadLetters', 'dead_letters', 'dead_letters', 'entries'],
  ] as const)('%s', (condition, gate, riskReason, blocks) => {
    expect(viewOf({ snapshot: { conditions: { [condition]: 'why' } } }).gates).toEqual([
      { gate, riskReason, reason: 'why', blocks },
    ]);
  });

  // Equity is $10,000 in all of them.
  it.each([
    [
      'the day',
      marks('12500', '1'),
      [lossGate('daily_stop', 'daily_stop', '-20 % since the day began, -3 % allowed', -20, -3)],
    ],
    [
      'the week',
      marks('1', '16000'),
      [lossGate('weekly_stop', 'weekly_stop', '-37.5 % since the week began, -7 % allowed', -37.5, -7)],
    ],
    [
      'the session and the days before',
      marks('1', '1', { [day]: '12500' }),
      [
        lossGate('drawdown', 'rolling_drawdown', 'rolling drawdown 20 % of 8 % allowed', 20, 8),
        lossGate('drawdown', 'session_drawdown', 'session drawdown 20 % of 4 % allowed', 20, 4),
      ],
    ],
    [
      'all time',
      { high_water_mark: usd('16000') },
      [lossGate('drawdown', 'drawdown', 'drawdown 37.5 % of 10 % allowed', 37.5, 10)],
    ],
  ])('[REQ-DD1] losses of %s', (_, account, gates) => {
    expect(viewOf({ config: configOf({ policy: { risk } }), account }).gates).toEqual(gates);
  });

  it('[REQ-DD1] a loss to six decimals of a percent', () => {
    const [gate] = viewOf({ config: configOf({ policy: { risk } }), account: marks('30000', '1') }).gates;

    expect(gate?.figures?.current_pct).toBeCloseTo(-66.666667, 6);
    expect(String(gate?.figures?.current_pct)).toMatch(/^-66\.66666[67]$/);
  });

  it.each([
    ['at the limit', 20, ['drawdown']],
    ['a hair short of it', 20.000001, []],
  ])('[REQ-DD1] a drawdown of 20 %% %s', (_, max_drawdown_pct, gates) => {
    const config = configOf({ policy: { risk: { max_drawdown_pct } } });
    const view = viewOf({ config, account: { high_water_mark: usd('12500') } });

    expect(view.gates.map(({ riskReason }) => riskReason)).toEqual(gates);
  });

  it('a drawdown is counted from the higher of mark and equity', () => {
    expect(drawdownPct(usd('75'), usd('100'))).toBe(25);
    expect(drawdownPct(usd('100'), usd('75'))).toBe(0);
    expect(drawdownPct(usd('0'), usd('0'))).toBe(0);
  });

  it('a losing streak, how long it was and until when it holds entries back', () => {
    const minutesAgo = (minutes: number, id: string) => [
      id,
      { at_ms: AS_OF_MS - minutes * 60_000, realised_pnl: usd('-1') },
    ];
    const exit_results = Object.fromEntries([minutesAgo(60, 'a'), minutesAgo(59, 'b'), minutesAgo(58, 'c')]);

    expect(viewOf({ account: { exit_results } }).gates).toEqual([
      {
        gate: 'loss_streak',
        riskReason: 'loss_streak',
        reason: '3 losses in a row: no entries until 2026-01-05T12:02:02.000Z',
        blocks: 'entries',
      },
    ]);
  });

  it('[REQ-AL1] a losing streak says the same in every cycle of its pause', () => {
    const loss = (minutesAgo: number) => ({ at_ms: AS_OF_MS - minutesAgo * 60_000, realised_pnl: usd('-1') });
    const account = { exit_results: { a: loss(3), b: loss(2), c: loss(1) } };
    const breachesAt = (minutesLater: number) =>
      breachesOf([], viewOf({ account, snapshot: { asOfMs: AS_OF_MS + minutesLater * 60_000 } })).filter(
        ({ kind }) => kind === 'LOSS_STREAK',
      );

    expect(breachesAt(0)).toEqual([
      { kind: 'LOSS_STREAK', subject: 'account', detail: expect.stringMatching(/ until 2026-01-05T12:59:02\.000Z$/) },
    ]);
    expect(breachesAt(1)).toEqual(breachesAt(0));
    expect(breachesAt(58)).toEqual(breachesAt(0));
    expect(breachesAt(59)).toEqual([]);
  });

  it('a losing streak whose pause ends in this very millisecond holds nothing back', () => {
    const loss = (ago: number) => ({ at_ms: AS_OF_MS - ago, realised_pnl: usd('-1') });
    const streak = (last: number) => ({ a: loss(last + 2), b: loss(last + 1), c: loss(last) });

    expect(viewOf({ account: { exit_results: streak(3_600_000) } }).gates).toEqual([]);
    expect(viewOf({ account: { exit_results: streak(3_599_999) } }).gates).toHaveLength(1);
  });

  it.each([
    ['everything', ['BTC-USD', 'DOGE-USD', 'ETH-USD', 'SOL-USD'], 'no symbol has fresh data', 'all'],
    ['the reference', ['BTC-USD'], 'BTC-USD, the reference of the market, is stale', 'entries'],
    ['too much', ['DOGE-USD', 'ETH-USD', 'SOL-USD'], '3 of 4 symbols are stale, 50 % allowed', 'entries'],
  ])('[REQ-ST1] stale data: %s', (_, stale, reason, blocks) => {
    const symbols = calmMarket().map((symbol) =>
      stale.includes(symbol.productId) ? symbolOf(symbol.productId, { quote: { timeMs: AS_OF_MS - 5001 } }) : symbol,
    );
    const config = configOf({ policy: { data: { max_stale_symbols_pct: 50 } } });

    expect(viewOf({ config, symbols }).gates).toEqual([
      { gate: 'staleness', riskReason: 'stale_data', reason, blocks },
    ]);
  });

  it('[REQ-ST1] the only symbol there is may be all that is stale', () => {
    const old = symbolOf(SOL, { quote: { timeMs: AS_OF_MS - 5001 } });

    expect(viewOf({ symbols: [old] }).gates.map(({ gate, blocks }) => [gate, blocks])).toEqual([['staleness', 'all']]);
    expect(viewOf({ symbols: [symbolOf(SOL)] }).gates).toEqual([]);
    expect(viewOf({ symbols: [] }).gates).toEqual([]);
  });

  it('[REQ-ST1] a reference that is not listed is not stale', () => {
    const gone = symbolOf(BTC, { product: null, quote: null, lastTradedBarIndex: null });
    const old = symbolOf(SOL, { quote: { timeMs: AS_OF_MS - 5001 } });
    const others = calmMarket().filter(({ productId }) => productId !== BTC && productId !== SOL);

    expect(viewOf({ symbols: [gone, old, ...others] }).gates).toEqual([]);
    expect(viewOf({ symbols: [old, ...others] }).gates).toEqual([]);
  });
});

describe('[REQ-U3] days of the reference that were not read', () => {
  const detecting = configOf({ policy: { regime: { override: 'none' } } });
  const others = calmMarket().filter(({ productId }) => productId !== BTC);
  const gatesWith = (btc: SymbolSnapshot, config = detecting) =>
    viewOf({ config, symbols: [btc, ...others] }).gates.map(({ gate, riskReason, blocks, reason }) => [
      gate,
      riskReason,
      blocks,
      reason,
    ]);

  it('let nothing be bought: it may be a crash that nobody sees', () => {
    expect(gatesWith(symbolOf(BTC))).toEqual([
      ['staleness', 'stale_data', 'entries', 'the days of BTC-USD were not read: the regime is not known'],
    ]);
  });

  it('do not matter under the word of the operator, and are nothing like days that do not exist', () => {
    const { candles } = symbolOf(BTC);

    expect(gatesWith(symbolOf(BTC), configOf({ policy: { regime: { override: 'bear' } } }))).toEqual([]);
    expect(gatesWith(symbolOf(BTC, { candles: { ...candles, '1d': NO_CANDLES } }))).toEqual([]);
    expect(gatesWith(symbolOf(BTC, { product: null }))).toEqual([]);
  });
});
