import { describe, expect, it } from 'vitest';
import { riskRules } from './rules.ts';

describe('[I1] the rules of every order', () => {
  it('are these, in this order: the first denial names the reason', () => {
    expect(riskRules.map(({ name, appliesTo }) => [name, appliesTo])).toEqual([
      ['gates', 'all'],
      ['frozen', 'all'],
      ['product_disabled', 'all'],
      ['staleness', 'all'],
      ['shorting_disallowed', 'all'],
      ['spread', 'entries'],
      ['outlier', 'entries'],
      ['eligibility', 'entries'],
      ['external_holding', 'entries'],
      ['proposal_bounds', 'entries'],
      ['conviction', 'entries'],
      ['regime', 'entries'],
      ['cooldown', 'entries'],
      ['fee_edge', 'entries'],
      ['position_cap', 'entries'],
      ['theme_cap', 'entries'],
      ['tier_allocation', 'entries'],
      ['total_cap', 'entries'],
      ['max_open_positions', 'entries'],
      ['max_adds', 'entries'],
      ['max_trades_per_hour', 'entries'],
      ['max_trades_per_day', 'entries'],
      ['trade_spacing', 'entries'],
      ['symbol_trade_spacing', 'entries'],
      ['volume_share', 'entries'],
      ['touch_size', 'entries'],
      ['slippage_budget', 'entries'],
      ['price_collar', 'trades'],
      ['max_order_notional', 'entries'],
      ['max_orders_per_cycle', 'entries'],
      ['min_notional', 'all'],
      ['cash', 'entries'],
    ]);
  });
});
