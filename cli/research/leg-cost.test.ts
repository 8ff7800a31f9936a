import { describe, expect, it } from 'vitest';
import type { PaperOrder } from '../../shared/adapters/paper/paper-book.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { price, quantity, ratio, usd } from '../../shared/core/money/fixed.ts';
import { isAsModelled, legCost } from './leg-cost.ts';

const RATES = { maker: ratio('0.006'), taker: ratio('0.012'), source: 'account' } as const;

interface Dealt {
  readonly size: string;
  readonly at: string;
  readonly fee?: string;
  readonly liquidity?: 'MAKER' | 'TAKER' | 'UNKNOWN';
}

/** Only what is looked at. */
function costOf(side: 'BUY' | 'SELL', actual: Dealt, model: Dealt) {
  const fill = { price: price(actual.at), quantity: quantity(actual.size), commission: usd(actual.fee ?? '0') };
  const record = {
    client_order_id: 'x',
    intent: { side, route: { kind: 'taker' } },
    filled_quantity: quantity(actual.size),
    fills: [{ ...fill, liquidity: actual.liquidity ?? 'TAKER' }],
  } as unknown as OrderRecord;
  const order = { fills: [{ price: price(model.at), quantity: quantity(model.size) }] } as unknown as PaperOrder;
  return legCost(record, order, RATES);
}

describe('one order of a run against the model', () => {
  it('is dearer when more was paid for a purchase or less was had for a sale', () => {
    const deal = { at: '101', size: '2', fee: '2.424' };
    expect(costOf('BUY', deal, { at: '100', size: '2' })).toMatchObject({ fill_usd: 2, fee_usd: 0, unmatched_usd: 0 });
    expect(costOf('SELL', deal, { at: '100', size: '2' }).fill_usd).toBe(-2);
    expect(isAsModelled(costOf('BUY', deal, { at: '101', size: '2' }))).toBe(true);
  });

  it('compares prices on what both dealt, and counts the rest apart', () => {
    const cost = costOf('BUY', { at: '101', size: '1' }, { at: '100', size: '3' });
    expect(cost).toMatchObject({ traded_usd: 101, model_usd: 300, fill_usd: 1, unmatched_usd: 200 });
    expect(costOf('SELL', { at: '100', size: '3' }, { at: '100', size: '1' })).toMatchObject({
      fill_usd: 0,
      unmatched_usd: 200,
    });
  });

  it('holds each commission against the rate of its own kind, on the fills of the run', () => {
    const fees = (fee: string, liquidity: NonNullable<Dealt['liquidity']>) =>
      costOf('BUY', { at: '100', size: '1', fee, liquidity }, { at: '50', size: '1' }).fee_usd;
    expect(fees('1.2', 'TAKER')).toBe(0);
    expect(fees('1.2', 'MAKER')).toBeCloseTo(0.6);
    // Whoever was sent to take is taken to have taken.
    expect(fees('1', 'UNKNOWN')).toBeCloseTo(-0.2);
  });
});
