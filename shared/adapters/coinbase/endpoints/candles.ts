import type { Candles } from '../../../core/market/candles.ts';
import { INTERVAL_MS, type Interval } from '../../../core/market/interval.ts';
import type { ProductId } from '../../../core/market/product.ts';
import { type Answer, ok } from '../../../ports/answer.ts';
import { decodeCandles } from '../candle-decoder.ts';
import type { CoinbaseClient } from '../client.ts';
import { DecodeError, shown, wireOf } from '../wire.ts';

const GRANULARITY: Readonly<Record<Interval, string>> = {
  '1m': 'ONE_MINUTE',
  '5m': 'FIVE_MINUTE',
  '15m': 'FIFTEEN_MINUTE',
  '30m': 'THIRTY_MINUTE',
  '1h': 'ONE_HOUR',
  '2h': 'TWO_HOUR',
  '4h': 'FOUR_HOUR',
  '6h': 'SIX_HOUR',
  '1d': 'ONE_DAY',
};

/** The exchange refuses spans somewhere between 349 and 351 bars. */
const MAX_BARS = 300;

/** Closed bars of one product that really traded. Throws when more than 300 are asked for. */
export function getCandles(
  client: CoinbaseClient,
  productId: ProductId,
  interval: Interval,
  fromIndex: number,
  toIndex: number,
): Promise<Answer<Candles>> {
  const bars = toIndex - fromIndex + 1;
  if (!(bars >= 1 && bars <= MAX_BARS)) throw new RangeError(`1 to ${MAX_BARS} bars can be asked for, not ${bars}`);
  const intervalS = INTERVAL_MS[interval] / 1_000;
  return client.send({
    operation: 'candles',
    method: 'GET',
    path: `${client.hasKey ? '' : '/market'}/products/${encodeURIComponent(productId)}/candles`,
    query: [
      ['start', String(fromIndex * intervalS)],
      // Whether the end belongs to the span is not documented: ask for the edge and drop what is beyond.
      ['end', String((toIndex + 1) * intervalS)],
      ['granularity', GRANULARITY[interval]],
    ],
    surface: client.hasKey ? 'private' : 'public',
    effect: 'read',
    decode(reply) {
      const rows = wireOf(reply, 'reply').fields['candles'];
      if (!Array.isArray(rows)) throw new DecodeError(`reply.candles is not a list but ${shown(rows)}`);
      return ok(decodeCandles(rows, { intervalS, fromIndex, toIndex, nowS: client.clock.nowMs() / 1_000 }));
    },
  });
}
