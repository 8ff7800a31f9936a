import { describe, expect, it } from 'vitest';
import { entry, exit, viewOf } from '../../../test/core/risk-world.ts';
import {
  AS_OF_MS,
  BTC,
  configOf,
  ETH,
  positionOf,
  SLOT_MS,
  SOL,
  symbolOf,
  workingOf,
} from '../../../test/core/world.ts';
import type { Candidate } from '../integrator/candidate.ts';
import { price, quantity, usd } from '../money/fixed.ts';
import type { Account } from '../portfolio/account.ts';
import { EXTERNAL } from '../portfolio/external.ts';
import { assess } from './assess.ts';
import { riskRules } from './rules.ts';
import type { RiskView } from './view.ts';

/** The verdict of one rule alone, whatever the others say of the same order. */
const recordOf = (rule: string, candidate: Candidate, view: RiskView) =>
  assess(candidate, view, riskRules, 'id').records.find((record) => record.rule === rule);

const held = { positions: { [SOL]: positionOf('1') } };
const unlisted = viewOf({ symbols: [symbolOf(BTC, { product: null })] });
const unquoted = viewOf({ symbols: [symbolOf(BTC, { quote: null })] });
/** Quoted, but no tier names it. */
const untiered = { ...viewOf(), universe: new Map() };

describe('a rule that lacks what it judges by', () => {
  it.each([
    ['spread', unquoted, 'no_quote', 'no two-sided quote to judge'],
    ['spread', untiered, 'no_quote', 'no two-sided quote to judge'],
    ['slippage_budget', unquoted, 'no_quote', 'no two-sided quote to judge'],
    ['slippage_budget', untiered, 'no_quote', 'no two-sided quote to judge'],
    ['touch_size', unquoted, 'no_quote', 'no two-sided quote to judge'],
    ['fee_edge', unquoted, 'fee_edge', 'no proposal, or no quote to measure its cost by'],
    ['fee_edge', untiered, 'fee_edge', 'no proposal, or no quote to measure its cost by'],
    ['volume_share', unlisted, 'liquidity', 'the 24 h volume is not known'],
    ['product_disabled', unlisted, 'not_listed', 'the exchange does not list it'],
    ['product_disabled', viewOf({ symbols: [] }), 'not_listed', 'the exchange does not list it'],
    ['staleness', viewOf({ symbols: [] }), 'data_missing', 'not fetched'],
    ['outlier', viewOf({ symbols: [] }), 'outlier', 'no quote and close to compare'],
    ['outlier', unquoted, 'outlier', 'no quote and close to compare'],
    ['eligibility', untiered, 'not_in_universe', 'no tier names it'],
    ['tier_allocation', untiered, 'not_in_universe', 'no tier names it'],
    ['proposal_bounds', untiered, 'proposal_bounds', 'no proposal, or no tier to hold it to'],
  ] as const)('%s denies %#', (rule, view, risk_reason, detail) => {
    expect(recordOf(rule, entry('100'), view)).toMatchObject({ verdict: 'deny', risk_reason, detail });
  });

  it.each(['fee_edge', 'proposal_bounds'])('%s denies an entry that nobody proposed', (rule) => {
    expect(recordOf(rule, { ...entry('100'), proposal: null }, viewOf())).toMatchObject({
      verdict: 'deny',
      risk_reason: rule,
    });
  });

  it.each([
    ['min_notional', unlisted],
    ['min_notional', unquoted],
    ['price_collar', unquoted],
    ['theme_cap', untiered],
  ] as const)('%s leaves it to the rule that names the lack: %#', (rule, view) => {
    expect(recordOf(rule, entry('100'), view)).toMatchObject({ verdict: 'allow', cap_type: null });
  });
});

describe('the words of a refusal', () => {
  const untilLater: Partial<Account> = { cooldowns: { [BTC]: { until_ms: AS_OF_MS + 7, reason: 'stop' } } };
  const wide = viewOf({ symbols: [symbolOf(BTC, { quote: { bid: price('99'), ask: price('101') } })] });
  const oldQuote = viewOf({ symbols: [symbolOf(BTC, { quote: { timeMs: AS_OF_MS - 5001 } })] });
  const paced = (risk: { max_trades_per_hour?: number; max_trades_per_day?: number }) =>
    viewOf({ config: configOf({ policy: { risk } }), account: { entries: [{ product_id: ETH, at_ms: AS_OF_MS }] } });
  const spaced = (risk: { min_seconds_between_trades?: number; per_symbol_trade_spacing_seconds?: number }) =>
    viewOf({
      config: configOf({ policy: { risk } }),
      account: { entries: [5000, 400, 3000].map((ago) => ({ product_id: BTC, at_ms: AS_OF_MS - ago })) },
    });

  it.each([
    ['cooldown', viewOf({ account: untilLater }), 'cooldown', 'after a stop, 7 ms to go'],
    ['frozen', viewOf({ account: { frozen: { [BTC]: 'differs' } } }), 'frozen', 'differs'],
    ['spread', wide, 'wide_spread', '200.00 bps of 20 bps allowed'],
    ['staleness', oldQuote, 'stale_quote', 'age 5001 ms of 5000 ms allowed'],
    ['cash', viewOf({ account: { cash: usd('0') } }), 'cash', '$0 is free'],
    ['max_trades_per_hour', paced({ max_trades_per_hour: 1 }), 'max_trades_per_hour', '1 of 1 trades in the last 1 h'],
    ['max_trades_per_day', paced({ max_trades_per_day: 1 }), 'max_trades_per_day', '1 of 1 trades in the last 24 h'],
    [
      'trade_spacing',
      spaced({ min_seconds_between_trades: 90 }),
      'trade_spacing',
      '400 ms after the last trade, 90000 ms asked',
    ],
    [
      'symbol_trade_spacing',
      spaced({ per_symbol_trade_spacing_seconds: 90 }),
      'symbol_trade_spacing',
      '400 ms after the last trade, 90000 ms asked',
    ],
    [
      'external_holding',
      viewOf({ account: { positions: { [BTC]: positionOf('1', { strategy: EXTERNAL }) } } }),
      'external_holding',
      'taken over from before the bot: exits only',
    ],
    [
      'max_orders_per_cycle',
      viewOf({
        config: configOf({ policy: { risk: { max_orders_per_cycle: 1 } } }),
        account: { working: { a: workingOf(ETH, { slot_ms: SLOT_MS }) } },
      }),
      'max_orders_per_cycle',
      '1 of 1 orders in this cycle',
    ],
    [
      'max_open_positions',
      viewOf({ config: configOf({ policy: { risk: { max_open_positions: 1 } } }), account: held }),
      'max_open_positions',
      '1 of 1 positions are open',
    ],
    [
      'regime',
      viewOf({ config: configOf({ policy: { regime: { override: 'crash' } } }) }),
      'regime',
      'the regime is crash: no entries',
    ],
  ] as const)('of %s', (rule, view, risk_reason, detail) => {
    expect(recordOf(rule, entry('100'), view)).toMatchObject({ verdict: 'deny', risk_reason, detail });
  });

  it('of a bot without rules name the place', () => {
    expect(assess(entry('100'), viewOf(), [], 'id').records).toEqual([
      {
        rule: 'assess',
        verdict: 'deny',
        risk_reason: 'no_rules',
        cap_type: null,
        current_pct: null,
        proposed_pct: null,
        limit_pct: null,
        detail: 'no risk rules are configured',
      },
    ]);
  });

  it('of a sale name what is asked and what is free', () => {
    expect(recordOf('shorting_disallowed', exit('2'), viewOf({ account: held }))).toMatchObject({
      verdict: 'deny',
      detail: 'sells 2 of 1 free',
    });
  });

  it.each([
    ['size', { baseMinSize: quantity('5') }, 'size 1 is below 5'],
    ['value', { quoteMinSize: usd('500') }, "$100 is below the exchange's $500"],
  ] as const)('of an order below the least %s', (_, product, detail) => {
    const symbol = symbolOf(BTC, {
      quote: { bid: price('99.9'), ask: price('100') },
      product: { priceIncrement: price('1'), baseIncrement: quantity('0.0001'), ...product },
    });

    expect(recordOf('min_notional', entry('100'), viewOf({ symbols: [symbol] }))).toMatchObject({
      verdict: 'deny',
      risk_reason: 'min_notional',
      detail,
    });
  });
});
