import type { ProductId } from '../../shared/core/market/product.ts';
import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import { ratio, toNumber } from '../../shared/core/money/fixed.ts';
import type { Account, WorkingOrder } from '../../shared/core/portfolio/account.ts';

/** What the models watch, counted in plain numbers apart from the code: what is held at its ask, and what is on its way. */
export function exposureOf(account: Account, symbol: ProductId, { symbols }: MarketSnapshot): number {
  const ask = toNumber(symbols.find(({ productId }) => productId === symbol)?.quote?.ask ?? ratio('0'));
  const lots = account.positions[symbol]?.lots ?? [];
  const held = lots.reduce((sum, lot) => sum + toNumber(lot.quantity) * ask, 0);
  const buying = Object.values(account.working).filter((order) => order.product_id === symbol && order.side === 'BUY');
  return buying.reduce((sum, order) => sum + stillOwed(order), held);
}

/** Sells on their way are covered by what is held, and buys on their way by settled cash. null: all of them are. */
export function uncovered(account: Account, symbols: readonly ProductId[]): string | null {
  const open = Object.values(account.working);
  for (const symbol of symbols) {
    const selling = open
      .filter((order) => order.side === 'SELL' && order.product_id === symbol)
      .reduce((sum, order) => sum + order.quantity - order.filled, 0n);
    const held = (account.positions[symbol]?.lots ?? []).reduce((sum, lot) => sum + lot.quantity, 0n);
    if (selling > held) return `${symbol} is sold short`;
  }
  const owed = open.reduce((sum, order) => sum + stillOwed(order), 0);
  return toNumber(account.cash) - owed > -1e-6 ? null : 'more is reserved than there is cash';
}

function stillOwed(order: WorkingOrder): number {
  return toNumber(order.reserved) * (1 - toNumber(order.filled) / toNumber(order.quantity));
}
