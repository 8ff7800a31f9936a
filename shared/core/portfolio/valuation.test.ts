import { describe, expect, it } from 'vitest';
import {
  accountOf,
  BTC,
  configOf,
  ETH,
  positionOf,
  SLOT_MS,
  SOL,
  snapshotOf,
  symbolOf,
  workingOf,
} from '../../../test/core/world.ts';
import { price, quantity, toText, usd } from '../money/fixed.ts';
import {
  availableCash,
  cautiousMark,
  dustOf,
  equityOf,
  freeQuantity,
  isDust,
  markOf,
  pctOf,
  positionQuantity,
  worstCase,
} from './valuation.ts';

const limits = configOf().policy.data;
const quoted = symbolOf(SOL, { quote: { bid: price('99'), ask: price('101') } });

describe('equity', () => {
  it('is cash plus every position at its bid: what it would fetch', () => {
    const account = accountOf({ cash: usd('50'), positions: { [SOL]: positionOf('2'), [BTC]: positionOf('1') } });

    expect(toText(equityOf(account, snapshotOf([quoted, symbolOf(BTC)]), limits))).toBe('347.99');
  });

  it('takes the newest closed bar where there is no quote, and cost where there is nothing', () => {
    const account = accountOf({ cash: usd('0'), positions: { [SOL]: positionOf('2') } });

    expect(toText(equityOf(account, snapshotOf([symbolOf(SOL, { quote: null, closes: [7, 8] })]), limits))).toBe('16');
    expect(toText(equityOf(account, snapshotOf([]), limits))).toBe('100');
  });

  it.each([
    ['far above', '399', '401', '200', '401'],
    ['far below', '39', '41', '78', '100'],
    ['within the usual move', '103', '105', '206', '105'],
  ])('[REQ-O1] takes the worse of the close and a quote that is an outlier: %s', (_, bid, ask, equity, mark) => {
    const snapshot = snapshotOf([symbolOf(SOL, { closes: [100, 100], quote: { bid: price(bid), ask: price(ask) } })]);
    const account = accountOf({ cash: usd('0'), positions: { [SOL]: positionOf('2') } });

    expect(toText(equityOf(account, snapshot, limits))).toBe(equity);
    expect(cautiousMark(snapshot.symbols[0], snapshot, limits)?.ask).toBe(price(mark));
  });

  it('[REQ-O1] takes the worse of an outlier and the close that it is measured against, also without a bar of the base', () => {
    const { candles } = symbolOf(SOL, { closes: [100, 100] });
    const symbol = {
      ...quoted,
      quote: { ...quoted.quote, bid: price('399'), ask: price('401') },
      candles,
    } as typeof quoted;
    const snapshot = snapshotOf([symbol], { baseInterval: '5m' });
    const account = accountOf({ cash: usd('0'), positions: { [SOL]: positionOf('2') } });

    expect(toText(equityOf(account, snapshot, limits))).toBe('200');
  });

  it('does not count reservations twice: cash is settled cash', () => {
    const order = workingOf(SOL);

    expect(toText(equityOf(accountOf({ working: { [order.client_order_id]: order } }), snapshotOf([]), limits))).toBe(
      '10000',
    );
  });
});

it('[I9] a last close is never of a bar that was still open at the slot', () => {
  const symbol = symbolOf(SOL, { quote: null, closes: [7, 8] });

  expect(toText(markOf(symbol, snapshotOf([], { slotMs: SLOT_MS - 60_000 }))?.bid ?? usd('0'))).toBe('7');
  expect(markOf(symbol, snapshotOf([], { slotMs: SLOT_MS - 600_000 }))).toBeNull();
});

describe('what is free', () => {
  const selling = workingOf(SOL, { side: 'SELL', quantity: quantity('3'), filled: quantity('1'), reserved: usd('0') });

  it('[I5] of a position is what nobody sells yet', () => {
    const account = accountOf({ positions: { [SOL]: positionOf('5') }, working: { a: selling, b: workingOf(SOL) } });

    expect(toText(freeQuantity(account, SOL))).toBe('3');
    expect(toText(freeQuantity(account, ETH))).toBe('0');
    expect(toText(freeQuantity(accountOf({ working: { a: selling } }), SOL))).toBe('0');
  });

  it('of the cash is what no order may still need', () => {
    const half = workingOf(BTC, { filled: quantity('0.5') });

    expect(toText(availableCash(accountOf({ working: { a: half, b: selling } })))).toBe('9949.4');
  });

  it.each([
    ['nothing filled', '0', '101.2'],
    ['a third filled', '0.333333333333', '67.466666666701'],
    ['all filled', '1', '0'],
    ['more filled than ordered', '2', '0'],
  ])('of a reservation with %s', (_, filled, left) => {
    expect(toText(worstCase(workingOf(BTC, { filled: quantity(filled) })))).toBe(left);
  });

  it('keeps the whole reservation of an order whose size makes no sense', () => {
    expect(toText(worstCase(workingOf(BTC, { quantity: quantity('0') })))).toBe('101.2');
  });
});

it('adds up the lots of a position', () => {
  const lot = { quantity: quantity('0.5'), cost: usd('50'), opened_at_ms: 0 };

  expect(toText(positionQuantity(positionOf('1', { lots: [lot, lot, lot] })))).toBe('1.5');
});

describe('dust', () => {
  it.each([
    ['a size below the minimum', '0.00009', '1', true],
    ['a value below the minimum', '0.0101', '1', true],
    ['the smallest the exchange takes', '0.010102', '1', false],
    ['anything where the minimum is lower', '0.0001', '0.001', false],
  ])('%s', (_, size, quoteMinSize, expected) => {
    const symbol = symbolOf(SOL, { quote: { bid: price('99') }, product: { quoteMinSize: usd(quoteMinSize) } });

    expect(isDust(positionOf(size), symbol, snapshotOf([]))).toBe(expected);
  });

  it('[REQ-X3] is listed for the cycle, and counts again as soon as the exchange would take it', () => {
    const account = accountOf({ positions: { [SOL]: positionOf('0.5'), [BTC]: positionOf('2') } });
    const at = (bid: string) => {
      const minimum = { quoteMinSize: usd('60') };
      const symbols = [SOL, BTC].map((id) =>
        symbolOf(id, { quote: { bid: price(bid), ask: price(bid) }, product: minimum }),
      );
      return dustOf(account, snapshotOf(symbols));
    };

    expect(at('100')).toEqual([SOL]);
    expect(at('120')).toEqual([]);
  });

  it('is nothing that cannot be judged', () => {
    expect(isDust(positionOf('0.00000001'), symbolOf(SOL, { product: null }), snapshotOf([]))).toBe(false);
    expect(isDust(positionOf('0.00000001'), symbolOf(SOL, { quote: null, candles: {} }), snapshotOf([]))).toBe(false);
  });
});

it('gives shares in percent, and none of nothing', () => {
  expect(pctOf(usd('1'), usd('3'))).toBe(33.333333);
  expect(pctOf(usd('1'), usd('0'))).toBeNull();
});
