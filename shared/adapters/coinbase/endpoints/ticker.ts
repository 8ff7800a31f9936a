import type { ProductId } from '../../../core/market/product.ts';
import type { Price, Quantity } from '../../../core/money/fixed.ts';
import { type Answer, ok } from '../../../ports/answer.ts';
import type { CoinbaseClient } from '../client.ts';
import { childrenOf, requiredText, requiredTimeMs, textOf, type Wire, wireOf } from '../wire.ts';
import { exactOf, optionalExactOf, positiveOf } from '../wire-money.ts';

export interface MarketTrade {
  readonly tradeId: string;
  readonly price: Price;
  readonly size: Quantity;
  readonly timeMs: number;
  /** The resting order's side, as documented: SELL means an ask was lifted. OTHER when the wire says neither. */
  readonly makerSide: 'BUY' | 'SELL' | 'OTHER';
}

export interface Ticker {
  readonly productId: ProductId;
  /** Newest first. */
  readonly trades: readonly MarketTrade[];
  /** null on a product without a bid or an ask. */
  readonly bestBid: Price | null;
  readonly bestAsk: Price | null;
}

/** The public endpoint gives at most 100 trades. */
const MAX_TRADES = 100;

export function getTicker(client: CoinbaseClient, productId: ProductId, trades: number): Promise<Answer<Ticker>> {
  return client.send({
    operation: 'ticker',
    method: 'GET',
    path: `${client.hasKey ? '' : '/market'}/products/${encodeURIComponent(productId)}/ticker`,
    query: [['limit', String(Math.min(trades, MAX_TRADES))]],
    surface: client.hasKey ? 'private' : 'public',
    effect: 'read',
    decode(reply) {
      const wire = wireOf(reply, 'reply');
      return ok({
        productId,
        trades: childrenOf(wire, 'trades').map(tradeOf),
        bestBid: optionalExactOf<'usd-per-base'>(wire, 'best_bid'),
        bestAsk: optionalExactOf<'usd-per-base'>(wire, 'best_ask'),
      });
    },
  });
}

function tradeOf(row: Wire): MarketTrade {
  const side = textOf(row, 'side');

  return {
    tradeId: requiredText(row, 'trade_id'),
    price: positiveOf<'usd-per-base'>(row, 'price'),
    size: exactOf<'base'>(row, 'size'),
    timeMs: requiredTimeMs(row, 'time'),
    makerSide: side === 'BUY' || side === 'SELL' ? side : 'OTHER',
  };
}
