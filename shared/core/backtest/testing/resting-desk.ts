import { accountOf, positionOf, workingOf } from '../../../../test/core/world.ts';
import { readyRecord, step } from '../../execution/order-step.ts';
import { claim } from '../../execution/sendable-order.ts';
import { type Bar, candlesFrom } from '../../market/candles.ts';
import { productId } from '../../market/product.ts';
import { productOf } from '../../market/testing/product.ts';
import { quantity, usd } from '../../money/fixed.ts';
import type { BookedFill, Desk, RestingOrder } from '../desk.ts';
import { PESSIMISTIC } from '../fill-model.ts';
import { seriesOf } from '../series.ts';
import { FEES, tradingConfig } from './bar-world.ts';

const BTC = productId('BTC-USD');

/** A backtest in which one order rests from the first bar on, beside the position that it may sell. */
export function restingDesk(given: {
  readonly side: 'BUY' | 'SELL';
  readonly terms: RestingOrder['terms'];
  readonly size: string;
  readonly bars: readonly Bar[];
  readonly spreadBps: number;
}): { readonly desk: Desk; readonly fills: readonly BookedFill[] } {
  const { side, terms, size, bars, spreadBps } = given;
  const fills: BookedFill[] = [];
  const purpose = side === 'SELL' ? 'protect' : 'entry';
  const order = workingOf(BTC, { side, purpose, quantity: quantity(size), status: 'WORKING' });
  const fromIndex = bars[0]?.index ?? 0;
  const atMs = fromIndex * 60_000;
  const ready = readyRecord(order, { mode: 'PAPER', configHash: 'x', atMs, assessment: null });
  const claimed = claim({ ...ready, terms }, atMs, 'x');
  const record = claimed && step(claimed, 'accept', atMs, { orderId: order.client_order_id });
  if (record === undefined) throw new Error('not claimed');
  const live: RestingOrder = { record, terms, ceiling: null };
  const desk: Desk = {
    account: accountOf({
      cash: usd('1000'),
      positions: side === 'SELL' ? { [BTC]: positionOf(size) } : {},
      working: { [order.client_order_id]: order },
    }),
    live: new Map([[order.client_order_id, live]]),
    market: {
      baseInterval: '1m',
      seed: 1,
      model: { ...PESSIMISTIC, impactBpsAtCap: 0 },
      series: new Map([[BTC, seriesOf({ product: productOf(BTC), spreadBps, raw: candlesFrom(bars) }, '1m', [])]]),
    },
    config: tradingConfig(),
    fees: FEES,
    cooldowns: { cooldownMs: 0, cooldownAfterWinMs: 0, cooldownAfterLossMs: 0, cooldownAfterStopMs: 0 },
    events: { onFill: (booked) => void fills.push(booked), onEnd: () => undefined },
  };
  return { desk, fills };
}
