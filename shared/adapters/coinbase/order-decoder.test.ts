import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { notional, type Price, parseFixed, sizeFor, toText, type Usd } from '../../core/money/fixed.ts';
import type { ExchangeFill } from '../../ports/exchange.ts';
import { listBalances } from './endpoints/accounts.ts';
import { transactionSummary } from './endpoints/fees.ts';
import { listFills } from './endpoints/fills.ts';
import { getOrder } from './endpoints/orders.ts';
import { keyPermissions } from './endpoints/permissions.ts';
import { orderOf } from './order-decoder.ts';
import { account, fill, order } from './testing/payloads.ts';
import { answered, failureOf, testBench } from './testing/test-client.ts';
import { wireOf } from './wire.ts';
import { roundedFixed } from './wire-money.ts';

type Fields = Readonly<Record<string, unknown>>;
const read = (fields: Fields) => orderOf(wireOf(order(fields), 'order'));

describe('an order', () => {
  test('is read exactly', () => {
    const { filledQuantity, filledValue, totalFees, baseSize, limitPrice, ...rest } = read({});
    expect([filledQuantity, filledValue, totalFees].map(toText)).toEqual(['0.001', '80', '0.28']);
    expect([baseSize, limitPrice].map((value) => value && toText(value))).toEqual(['0.001', '80000']);
    expect(rest).toEqual({
      orderId: 'o-1',
      clientOrderId: 'c-1',
      productId: 'BTC-USD',
      side: 'BUY',
      status: 'FILLED',
      createdMs: Date.parse('2026-11-20T10:00:00.123Z'),
      detail: null,
    });
  });

  test.each(['PENDING', 'OPEN', 'FILLED', 'CANCELLED', 'EXPIRED', 'FAILED', 'QUEUED', 'CANCEL_QUEUED', 'EDIT_QUEUED'])(
    'keeps the status %s',
    (status) => expect(read({ status }).status).toBe(status),
  );

  test.each(['UNKNOWN_ORDER_STATUS', 'HALTED_BY_2027', '', null, 7])('has the status OTHER for %s', (status) =>
    expect(read({ status }).status).toBe('OTHER'),
  );

  test('cancelled with a partial fill keeps the fill', () => {
    expect(toText(read({ status: 'CANCELLED', filled_size: '0.0004' }).filledQuantity)).toBe('0.0004');
  });

  test.each(['filled_size', 'filled_value', 'total_fees'])(
    'with a malformed %s is a failure that names it',
    (field) => {
      for (const value of ['abc', '1e-3', '1,5', {}, [], true]) expect(() => read({ [field]: value })).toThrow(field);
    },
  );

  test.each(['filled_value', 'total_fees'])('with an empty %s although something was filled is a failure', (field) => {
    expect(() => read({ [field]: '' })).toThrow(`order.${field} is missing`);
  });

  test('has zero for empty figures where it says itself that nothing was filled', () => {
    const untouched = read({
      status: 'OPEN',
      number_of_fills: '0',
      filled_size: '',
      filled_value: null,
      total_fees: '',
    });
    expect([untouched.filledQuantity, untouched.filledValue, untouched.totalFees]).toEqual([0n, 0n, 0n]);
    expect(read({ status: 'PENDING', number_of_fills: '', filled_size: '' }).filledQuantity).toBe(0n);
    expect(() => read({ status: 'CANCELLED', number_of_fills: undefined, filled_size: '' })).toThrow('filled_size');
  });

  test('rounds computed figures at 1e-12, fees up', () => {
    const { filledValue, totalFees } = read({ filled_value: '79.9999999999999999', total_fees: '0.2800000000000001' });
    expect(toText(filledValue)).toBe('79.999999999999');
    expect(toText(totalFees)).toBe('0.280000000001');
  });

  test('without a known configuration has neither size nor limit', () => {
    for (const value of [undefined, null, {}, { twap_limit_gtd: { quote_size: '5' } }, { new_kind_2027: {} }]) {
      expect(read({ order_configuration: value })).toMatchObject({ baseSize: null, limitPrice: null });
    }
  });

  test('says why it was refused or cancelled, whichever field speaks', () => {
    expect(read({ reject_reason: 'HOLD_FAILURE', reject_message: 'no hold' }).detail).toBe('HOLD_FAILURE: no hold');
    expect(read({ cancel_message: 'User requested cancel' }).detail).toBe('User requested cancel');
    expect(read({ reject_message: 'x'.repeat(5_000) }).detail).toHaveLength(200);
  });

  test.each(['order_id', 'product_id', 'side', 'created_time'])('without %s is a failure that names it', (field) => {
    for (const value of ['', null, undefined]) expect(() => read({ [field]: value })).toThrow(`order.${field}`);
  });

  test('that is not the one asked for is not taken for it', async () => {
    const { client } = await testBench([{ body: { order: order({ order_id: 'other' }) } }]);
    expect(failureOf(await getOrder(client, 'o-1'))).toContain('another order');
  });

  test('id is escaped in the path', async () => {
    const { client, exchange } = await testBench([{ body: { order: order({ order_id: 'a/b c' }) } }]);
    expect((await getOrder(client, 'a/b c')).kind).toBe('ok');
    expect(exchange.received[0]?.path).toBe('/orders/historical/a%2Fb%20c');
  });
});

async function readFill(fields: Fields): Promise<ExchangeFill> {
  const { client } = await testBench([{ body: { fills: [fill(fields)], cursor: '' } }]);
  const [only] = answered(await listFills(client, {}));
  return only ?? expect.fail('no fill');
}

test('[I6] an order that is FILLED and tells of nothing filled is not read: it would end with nothing booked', async () => {
  for (const filled of ['0', '0.00', '', undefined]) {
    const { client } = await testBench([{ body: { order: order({ filled_size: filled, number_of_fills: '0' }) } }]);
    expect(failureOf(await getOrder(client, 'o-1'))).toContain('is FILLED without a filled size');
  }
});

test('a whole number that JSON has cut off is not read: it may be the id of another fill', async () => {
  const { client } = await testBench([{ body: { fills: [fill({ entry_id: 2 ** 53 + 2 })], cursor: '' } }]);
  expect(failureOf(await listFills(client, {}))).toContain('fills[0].entry_id');
});

describe('a fill', () => {
  test('is read exactly', async () => {
    const { price, quantity, commission, ...rest } = await readFill({});
    expect([price, quantity, commission].map(toText)).toEqual(['80000', '0.0005', '0.14']);
    expect(rest).toEqual({
      entryId: 'e-1',
      orderId: 'o-1',
      productId: 'BTC-USD',
      side: 'BUY',
      timeMs: Date.parse('2026-11-20T10:04:59.500Z'),
      tradeType: 'FILL',
      liquidity: 'MAKER',
    });
  });

  test('in quote units is turned into base units', async () => {
    expect(toText((await readFill({ size: '40', size_in_quote: true })).quantity)).toBe('0.0005');
    expect(toText((await readFill({ size: '40', size_in_quote: 'true' })).quantity)).toBe('0.0005');
  });

  test('[I7] in quote units: base times price is the quote amount within one unit of rounding per price unit', () => {
    const quoteUnits = fc.bigInt({ min: 1n, max: 10n ** 20n });
    const priceUnits = fc.bigInt({ min: 1n, max: 10n ** 18n });
    fc.assert(
      fc.property(quoteUnits, priceUnits, (amount, at) => {
        const base = sizeFor(amount as Usd, at as Price, 'down');
        const back = notional(base, at as Price, 'down');
        expect(back).toBeLessThanOrEqual(amount);
        expect(amount - back).toBeLessThanOrEqual(at / 10n ** 12n + 1n);
      }),
    );
  });

  test('keeps adjustments with their sign', async () => {
    const reversal = await readFill({ trade_type: 'REVERSAL', size: '-0.0005', commission: '-0.14' });
    expect([reversal.tradeType, toText(reversal.quantity), toText(reversal.commission)]).toEqual([
      'REVERSAL',
      '-0.0005',
      '-0.14',
    ]);
  });

  test('has its commission rounded up at 1e-12', async () => {
    expect(toText((await readFill({ commission: '0.00000000000000000001' })).commission)).toBe('0.000000000001');
  });

  test.each(['entry_id', 'order_id', 'price', 'size', 'commission', 'trade_type'])(
    'without %s is a failure',
    async (field) => {
      const { client } = await testBench([{ body: { fills: [fill({}), fill({ [field]: '' })], cursor: '' } }]);
      expect(failureOf(await listFills(client, {}))).toContain(`reply.fills[1].${field} is missing`);
    },
  );

  test('tells maker from taker, and neither from a word that is new', async () => {
    expect((await readFill({ liquidity_indicator: 'TAKER' })).liquidity).toBe('TAKER');
    expect((await readFill({ liquidity_indicator: 'AUCTION' })).liquidity).toBe('UNKNOWN');
  });
});

describe('computed figures', () => {
  test('are rounded as named, never by more than one unit', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 13, maxLength: 30 });
    fc.assert(
      fc.property(fc.boolean(), fc.nat(), digits, (isNegative, whole, decimals) => {
        const text = `${isNegative ? '-' : ''}${whole}.${decimals.join('')}`;
        const down = roundedFixed<'usd'>(text, 'down');
        const up = roundedFixed<'usd'>(text, 'up');
        // The exact value, as a count of 1e-30.
        const exact = BigInt(`${isNegative ? '-' : ''}${whole}${decimals.join('').padEnd(30, '0')}`);
        const unit = 10n ** 18n;
        expect(down * unit).toBeLessThanOrEqual(exact);
        expect(up * unit).toBeGreaterThanOrEqual(exact);
        expect(up - down).toBe(down * unit === exact ? 0n : 1n);
      }),
    );
  });

  test('are no excuse for text that is no number', () => {
    for (const text of ['', '1e5', '0x1', ' 1', '1.', 'NaN']) {
      expect(() => roundedFixed(text, 'up')).toThrow(RangeError);
    }
  });

  test('agree with the exact parser where that one can read them', () => {
    expect(roundedFixed('12.340000000000000000', 'up')).toBe(parseFixed('12.34'));
  });
});

describe('a balance', () => {
  test('with 18 decimals is rounded down; an absent hold is nothing held', async () => {
    const row = account({ available_balance: { value: '1.234567890123456789' }, hold: null });
    const { client } = await testBench([{ body: { accounts: [row], has_next: false } }]);
    const [balance] = answered(await listBalances(client));
    expect([toText(balance?.available ?? expect.fail()), balance?.hold]).toEqual(['1.234567890123', 0n]);
  });

  test.each([
    ['available_balance', { value: 'lots' }],
    ['available_balance', null],
    ['hold', { value: '' }],
    ['hold', 'none'],
  ])('with a malformed %s (%j) is a failure that names it', async (field, value) => {
    const { client } = await testBench([{ body: { accounts: [account({ [field]: value })], has_next: false } }]);
    expect(failureOf(await listBalances(client))).toContain(`reply.accounts[0].${field}`);
  });
});

describe('the fee tier', () => {
  const tier = (fields: Fields) => ({
    body: {
      total_volume: 1234.56,
      margin_rate: null,
      fee_tier: { pricing_tier: 'Intro 1', usd_from: '', taker_fee_rate: '0.009', maker_fee_rate: '0.005', ...fields },
    },
  });

  test('is the one of the account', async () => {
    const { client, exchange } = await testBench([tier({})]);
    const { maker, taker, source } = answered(await transactionSummary(client));
    expect([toText(maker), toText(taker), source]).toEqual(['0.005', '0.009', 'account']);
    expect(exchange.received[0]?.query.get('product_type')).toBe('SPOT');
  });

  test.each(['', null, '-0.001', '0.9', '60bps', 'free'])('with a taker rate of %s is a failure', async (value) => {
    const { client } = await testBench([tier({ taker_fee_rate: value })]);
    expect(failureOf(await transactionSummary(client))).toContain('fee_tier.taker_fee_rate');
  });
});

describe('key permissions', () => {
  test('are never assumed: a missing can_transfer is unreadable', async () => {
    const { client } = await testBench([{ body: { can_view: true, can_trade: true } }]);
    expect(failureOf(await keyPermissions(client))).toContain('can_transfer is neither true nor false');
  });
});
