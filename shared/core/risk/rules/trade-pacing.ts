import type { ProductId } from '../../market/product.ts';
import { isUntouched } from '../../portfolio/ledger.ts';
import { workingOrders } from '../../portfolio/valuation.ts';
import { allow, deny, type RiskRule, type Verdict } from '../rule.ts';
import type { RiskView } from '../view.ts';

/**
 * How often the bot may enter, all strategies together. A trade counts from its first fill, and from its slot while it is
 * on its way, so what was approved earlier in the cycle counts too. Windows are lengths of time, not hours of the clock.
 */
const HOUR_MS = 3_600_000;

export const maxTradesPerHour: RiskRule = {
  name: 'max_trades_per_hour',
  appliesTo: 'entries',
  judge: (_draft, view) =>
    judgeCount('max_trades_per_hour', view.config.policy.risk.max_trades_per_hour, HOUR_MS, view),
};

export const maxTradesPerDay: RiskRule = {
  name: 'max_trades_per_day',
  appliesTo: 'entries',
  judge: (_draft, view) =>
    judgeCount('max_trades_per_day', view.config.policy.risk.max_trades_per_day, 24 * HOUR_MS, view),
};

export const tradeSpacing: RiskRule = {
  name: 'trade_spacing',
  appliesTo: 'entries',
  judge: (_draft, view) =>
    judgeSpacing('trade_spacing', view.config.policy.risk.min_seconds_between_trades, entryTimes(view), view),
};

export const symbolTradeSpacing: RiskRule = {
  name: 'symbol_trade_spacing',
  appliesTo: 'entries',
  judge: ({ symbol }, view) => {
    const seconds = view.config.policy.risk.per_symbol_trade_spacing_seconds;
    return judgeSpacing('symbol_trade_spacing', seconds, entryTimes(view, symbol), view);
  },
};

/** When entries were made, or may still be made by orders on their way; of one symbol, or of all. */
export function entryTimes({ account }: RiskView, symbol?: ProductId): readonly number[] {
  const made = account.entries.map(({ product_id, at_ms }) => ({ product_id, at_ms }));
  const onTheirWay = workingOrders(account)
    .filter((order) => order.side === 'BUY' && isUntouched(order))
    .map(({ product_id, slot_ms }) => ({ product_id, at_ms: slot_ms }));
  return [...made, ...onTheirWay]
    .filter(({ product_id }) => symbol === undefined || product_id === symbol)
    .map(({ at_ms }) => at_ms);
}

function judgeCount(reason: string, limit: number, windowMs: number, view: RiskView): Verdict {
  const count = entryTimes(view).filter((atMs) => view.snapshot.asOfMs - atMs < windowMs).length;
  if (count < limit) return allow;
  return deny(reason, `${count} of ${limit} trades in the last ${windowMs / HOUR_MS} h`);
}

function judgeSpacing(reason: string, seconds: number, times: readonly number[], view: RiskView): Verdict {
  // Off, also against what carries the very same time.
  if (seconds === 0 || times.length === 0) return allow;
  const sinceMs = view.snapshot.asOfMs - Math.max(...times);
  if (sinceMs >= seconds * 1000) return allow;
  return deny(reason, `${sinceMs} ms after the last trade, ${seconds * 1000} ms asked`);
}
