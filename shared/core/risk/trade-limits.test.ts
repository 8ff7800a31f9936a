import { describe, expect, it } from 'vitest';
import { entry, even, exit, reasonOf, viewOf } from '../../../test/core/risk-world.ts';
import { AS_OF_MS, BTC, configOf, ETH, positionOf, SOL, symbolOf, workingOf } from '../../../test/core/world.ts';
import type { Quote } from '../market/quote.ts';
import { quantity, toText, usd } from '../money/fixed.ts';
import type { Account } from '../portfolio/account.ts';
import { assess } from './assess.ts';
import { riskRules } from './rules.ts';

const HOUR_MS = 3_600_000;

const entriesAt = (...times: readonly number[]): Account['entries'] =>
  times.map((at_ms) => ({ product_id: ETH, at_ms }));
const recordOf = (rule: string, given: Parameters<typeof assess>[0], view: Parameters<typeof assess>[1]) =>
  assess(given, view, riskRules, 'id').records.find((record) => record.rule === rule);

describe('trade pacing', () => {
  const config = configOf({ policy: { risk: { max_trades_per_hour: 2, max_trades_per_day: 3 } } });

  it.each([
    ['one below the hourly limit', [AS_OF_MS], {}, 'approved'],
    ['at the hourly limit', [AS_OF_MS, AS_OF_MS - HOUR_MS + 1], {}, 'max_trades_per_hour'],
    ['at the limit, the older one an hour ago to the ms', [AS_OF_MS, AS_OF_MS - HOUR_MS], {}, 'approved'],
    // The same hour of the day before: a window is a length of time, not an hour of the clock.
    ['at the same hour a day ago', [AS_OF_MS - 24 * HOUR_MS, AS_OF_MS - 24 * HOUR_MS - 1], {}, 'approved'],
    ['with an order on its way', [AS_OF_MS], { working: { a: workingOf(ETH) } }, 'max_trades_per_hour'],
    [
      'with an order on its way that filled in part: its entry is counted already',
      [AS_OF_MS],
      { working: { a: workingOf(ETH, { filled: quantity('0.1') }) } },
      'approved',
    ],
    ['with a sale on its way', [AS_OF_MS], { working: { a: workingOf(ETH, { side: 'SELL' }) } }, 'approved'],
    ['at the daily limit', [AS_OF_MS, AS_OF_MS - 2 * HOUR_MS, AS_OF_MS - 24 * HOUR_MS + 1], {}, 'max_trades_per_day'],
    [
      'at the daily limit, the oldest a day ago to the ms',
      [AS_OF_MS, AS_OF_MS - 2 * HOUR_MS, AS_OF_MS - 24 * HOUR_MS],
      {},
      'approved',
    ],
  ] as const)('%s', (_, times, account, reason) => {
    const view = viewOf({ config, account: { ...account, entries: entriesAt(...times) } });

    expect(reasonOf(entry('100'), view)).toBe(reason);
  });

  it.each([
    ['any symbol', { min_seconds_between_trades: 90 }, 'trade_spacing', BTC],
    ['the same symbol', { per_symbol_trade_spacing_seconds: 90 }, 'symbol_trade_spacing', ETH],
  ] as const)('asks for time since the last trade of %s', (_, risk, reason, symbol) => {
    const since = (ms: number) =>
      viewOf({ config: configOf({ policy: { risk } }), account: { entries: entriesAt(AS_OF_MS - ms) } });

    expect(reasonOf(entry('100', symbol), since(90_000))).toBe('approved');
    expect(reasonOf(entry('100', symbol), since(89_999))).toBe(reason);
    // A fill may carry a time after the quotes of the cycle.
    expect(reasonOf(entry('100', symbol), since(-500))).toBe(reason);
    expect(reasonOf(entry('100', SOL), since(0))).toBe(symbol === BTC ? reason : 'approved');
  });

  it('never holds an exit back', () => {
    const risk = { max_trades_per_hour: 1, min_seconds_between_trades: 90, max_orders_per_cycle: 1 };
    const view = viewOf({
      config: configOf({ policy: { risk } }),
      account: { entries: entriesAt(AS_OF_MS), positions: { [SOL]: positionOf('1') } },
    });

    expect(reasonOf(exit('1'), view)).toBe('approved');
  });
});

describe('adding to a position', () => {
  const held = { positions: { [BTC]: positionOf('1') } };
  const adds = (allow_pyramiding: boolean) =>
    configOf({ policy: { risk: { allow_pyramiding, max_adds_per_asset_per_day: 1 } } });
  const own = (...times: readonly number[]) => times.map((at_ms) => ({ product_id: BTC, at_ms }));

  it.each([
    ['is not allowed as shipped', false, [], 'already_held'],
    ['is allowed within the limit', true, [AS_OF_MS - HOUR_MS], 'approved'],
    ['is refused at the limit', true, [AS_OF_MS - HOUR_MS, AS_OF_MS - 24 * HOUR_MS + 1], 'max_adds'],
    ['counts 24 hours', true, [AS_OF_MS - HOUR_MS, AS_OF_MS - 24 * HOUR_MS], 'approved'],
  ] as const)('%s', (_, allowed, times, reason) => {
    const view = viewOf({ config: adds(allowed), account: { ...held, entries: own(...times) } });

    expect(reasonOf(entry('50'), view)).toBe(reason);
  });

  it('is no add where only a remainder is left that cannot be sold', () => {
    expect(reasonOf(entry('50'), viewOf({ account: { positions: { [BTC]: positionOf('0.00001') } } }))).toBe(
      'approved',
    );
  });
});

describe('liquidity', () => {
  const thin = (quote: Partial<Quote>, liquidity: { max_volume_share_pct?: number; max_touch_multiple?: number }) =>
    viewOf({
      config: configOf({ policy: { liquidity } }),
      symbols: [even(symbolOf(BTC))].map((symbol) => ({
        ...symbol,
        product: symbol.product && { ...symbol.product, quoteVolume24h: usd('1000000') },
        quote: symbol.quote && { ...symbol.quote, ...quote },
      })),
    });

  it.each([
    ['at the share of the volume', '100', '100'],
    ['a hair over it', '100.01', '100'],
  ])('an entry %s is cut to it', (_, wanted, spent) => {
    const assessment = assess(entry(wanted), thin({}, { max_volume_share_pct: 0.01 }), riskRules, 'id');

    expect(assessment.kind === 'approved' && toText(assessment.order.reserved)).toBe(spent);
  });

  it.each([
    ['at the size of the touch', '100', '100'],
    ['a hair over it', '100.01', '100'],
  ])('an entry %s is cut to it', (_, wanted, spent) => {
    const assessment = assess(
      entry(wanted),
      thin({ askSize: quantity('0.5') }, { max_touch_multiple: 2 }),
      riskRules,
      'id',
    );

    expect(assessment.kind === 'approved' && toText(assessment.order.reserved)).toBe(spent);
  });

  it('puts the figures on record, of what they are a share', () => {
    const view = thin({}, { max_volume_share_pct: 0.01 });

    expect(recordOf('volume_share', entry('150'), view)).toMatchObject({
      verdict: 'cap',
      risk_reason: 'liquidity',
      cap_type: 'volume',
      proposed_pct: 0.015,
      limit_pct: 0.01,
    });
  });

  it('refuses where nothing is offered or no volume is known', () => {
    expect(recordOf('touch_size', entry('100'), thin({ askSize: quantity('0') }, {}))).toMatchObject({
      verdict: 'deny',
      risk_reason: 'liquidity',
    });
    const unknown = viewOf({ symbols: [symbolOf(BTC, { product: { quoteVolume24h: null } })] });
    expect(recordOf('volume_share', entry('100'), unknown)).toMatchObject({
      verdict: 'deny',
      risk_reason: 'liquidity',
    });
  });
});

describe('[REQ-X3] slippage budget', () => {
  // $100 at a limit of 101 would buy 0.99; half of it is offered at 100, the rest may cost 100 bps more: 50 expected.
  const view = (budget: number) =>
    viewOf({
      config: configOf({
        policy: { execution: { max_slippage_bps: { T1: 100 }, slippage_budget_bps: { T1: budget } } },
      }),
      symbols: [even(symbolOf(BTC))].map((symbol) => ({
        ...symbol,
        quote: symbol.quote && { ...symbol.quote, askSize: quantity('0.5') },
      })),
    });

  it.each([
    ['at the budget', 50, 'approved'],
    ['a tick below what is expected', 49.99, 'slippage_budget'],
  ])('%s', (_, budget, reason) => {
    expect(reasonOf(entry('101'), view(budget))).toBe(reason);
  });

  it('weighs the part beyond the touch by the whole order', () => {
    // 2 coins, of which 1.5 may cost 100 bps more.
    expect(recordOf('slippage_budget', entry('202'), view(100))).toMatchObject({
      verdict: 'allow',
      proposed_pct: 0.75,
    });
  });

  it('expects nothing beyond a touch whose price is the limit', () => {
    const config = configOf({ policy: { execution: { max_slippage_bps: { T1: 20 } } } });

    expect(recordOf('slippage_budget', entry('200'), { ...view(1), config })).toMatchObject({ proposed_pct: 0 });
  });

  it('expects nothing of an order that the touch fills', () => {
    expect(recordOf('slippage_budget', entry('50'), view(1))).toMatchObject({ verdict: 'allow', proposed_pct: 0 });
  });
});
