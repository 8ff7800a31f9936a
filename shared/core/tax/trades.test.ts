import { describe, expect, it } from 'vitest';
import { sampleOrder } from '../../../test/contracts/samples.ts';
import type { OrderFill, OrderRecord } from '../execution/order-record.ts';
import { price, quantity, usd } from '../money/fixed.ts';
import { tradesOf } from './trades.ts';

const FILL: OrderFill = {
  entry_id: 'f1',
  price: price('100'),
  quantity: quantity('0.000000000003'),
  commission: usd('0.5'),
  time_ms: 5,
  trade_type: 'FILL',
  liquidity: 'MAKER',
};

function orderWith(id: string, side: 'BUY' | 'SELL', ...fills: readonly Partial<OrderFill>[]): OrderRecord {
  const order = sampleOrder(id, { fills: fills.map((fill) => ({ ...FILL, ...fill })) });
  return { ...order, intent: { ...order.intent, side } };
}

const idsOf = (...orders: readonly OrderRecord[]) => tradesOf(orders).trades.map(({ entry_id }) => entry_id);

describe('trades of order records', () => {
  it('are fills with the order they belong to, valued against us in the last digit', () => {
    const odd = { price: price('0.333333333333') };
    const { trades } = tradesOf([orderWith('b', 'BUY', odd), orderWith('s', 'SELL', { ...odd, entry_id: 'f2' })]);
    expect(trades).toMatchObject([
      { entry_id: 'f1', side: 'BUY', value: usd('0.000000000001'), fee: usd('0.5'), client_order_id: 'b' },
      { entry_id: 'f2', side: 'SELL', value: usd('0'), client_order_id: 's', strategy: 'donchian' },
    ]);
  });

  it('[I6] count a fill once, whatever number of records know it', () => {
    expect(idsOf(orderWith('b', 'BUY', {}), orderWith('b', 'BUY', {}, { entry_id: 'f2' }))).toEqual(['f1', 'f2']);
  });

  it('stand in the order of time, a purchase before a sale of the same moment', () => {
    const sale = orderWith('s', 'SELL', { entry_id: 'sale' });
    const late = orderWith('b', 'BUY', { entry_id: 'late', time_ms: 6 }, { entry_id: 'same' });
    expect(idsOf(sale, late)).toEqual(['same', 'sale', 'late']);
  });

  it.each(['REVERSAL', 'CORRECTION', 'SYNTHETIC'])('tell a %s apart and make no lot of it', (trade_type) => {
    const history = tradesOf([orderWith('b', 'BUY', {}, { entry_id: 'f2', trade_type })]);
    expect(history.trades.map(({ entry_id }) => entry_id)).toEqual(['f1']);
    expect(history.adjustments).toMatchObject([{ entry_id: 'f2', trade_type }]);
  });

  it('[I6] name the orders whose fills are not all on record', () => {
    const filled_quantity = quantity('0.000000000003');
    const whole = { ...orderWith('whole', 'BUY', {}), filled_quantity };
    const lost = { ...sampleOrder('lost'), filled_quantity };
    expect(tradesOf([whole, lost, sampleOrder('nothing')]).incomplete).toEqual(['lost']);
  });
});
