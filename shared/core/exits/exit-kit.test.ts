import { describe, expect, it } from 'vitest';
import {
  AS_OF_MS,
  accountOf,
  configOf,
  ETH,
  positionOf,
  SOL,
  snapshotOf,
  symbolOf,
  workingOf,
} from '../../../test/core/world.ts';
import { price, quantity, toText } from '../money/fixed.ts';
import { dueExits, exitReason } from './exit-kit.ts';

const HOUR_MS = 3_600_000;
const MAX_HOLD_MS = 72 * HOUR_MS;
const NO_STOPS = { stop: null, trailing: null };

describe('when a position is due', () => {
  const levels = { stop_price: price('95'), take_profit_price: price('110'), opened_at_ms: AS_OF_MS };

  it.each([
    ['one tick above the stop', '95.01', null],
    ['at the stop', '95', 'stop'],
    ['one tick below the stop', '94.99', 'stop'],
    ['one tick below the target', '109.99', null],
    ['at the target', '110', 'target'],
    ['one tick above the target', '110.01', 'target'],
  ] as const)('bid %s', (_, bid, reason) => {
    expect(
      exitReason(
        positionOf('1', levels),
        { stop: levels.stop_price, trailing: null },
        price(bid),
        AS_OF_MS,
        MAX_HOLD_MS,
      ),
    ).toBe(reason);
  });

  it.each([
    ['one ms before', -1, null],
    ['at', 0, 'time'],
    ['one ms after', 1, 'time'],
  ] as const)('%s the longest holding time', (_, offset, reason) => {
    const position = positionOf('1', { opened_at_ms: AS_OF_MS - MAX_HOLD_MS - offset });

    expect(exitReason(position, NO_STOPS, price('100'), AS_OF_MS, MAX_HOLD_MS)).toBe(reason);
  });

  it('names the stop before the trailing stop before the target before the time', () => {
    const old = { opened_at_ms: 0 };
    const both = positionOf('1', { ...old, stop_price: price('100'), take_profit_price: price('100') });

    expect(exitReason(both, { stop: price('100'), trailing: price('100') }, price('100'), AS_OF_MS, MAX_HOLD_MS)).toBe(
      'stop',
    );
    expect(exitReason(both, { stop: null, trailing: price('100') }, price('100'), AS_OF_MS, MAX_HOLD_MS)).toBe(
      'trailing_stop',
    );
    expect(exitReason(both, NO_STOPS, price('100'), AS_OF_MS, MAX_HOLD_MS)).toBe('target');
  });

  it('judges neither stop nor target without a bid', () => {
    const both = positionOf('1', { stop_price: price('100'), take_profit_price: price('100') });

    expect(exitReason(both, { stop: price('100'), trailing: price('100') }, null, AS_OF_MS, MAX_HOLD_MS)).toBeNull();
  });
});

describe('what is sold', () => {
  const config = configOf();
  const snapshot = snapshotOf([symbolOf(SOL), symbolOf(ETH)]);
  const symbols = new Map(snapshot.symbols.map((symbol) => [symbol.productId, symbol]));
  const due = { stop_price: price('100') };

  it('[I5] is what is held less what is being sold, for every position, by symbol', () => {
    const selling = workingOf(SOL, { side: 'SELL', quantity: quantity('3'), filled: quantity('1') });
    const account = accountOf({
      positions: { [SOL]: positionOf('5', due), [ETH]: positionOf('1', { ...due, strategy: 'by hand' }) },
      working: { [selling.client_order_id]: selling },
    });

    const exits = dueExits(account, { snapshot, symbols, config, regime: 'chop', peaks: {} });
    expect(exits.map(({ symbol, strategy, quantity: size }) => [symbol, strategy, toText(size)])).toEqual([
      [ETH, 'by hand', '1'],
      [SOL, 'donchian-breakout', '3'],
    ]);
  });

  it('is nothing when all of it is being sold, or when it is too little to sell', () => {
    const selling = workingOf(SOL, { side: 'SELL', quantity: quantity('5') });
    const account = accountOf({
      positions: { [SOL]: positionOf('5', due), [ETH]: positionOf('0.001', due) },
      working: { [selling.client_order_id]: selling },
    });

    expect(dueExits(account, { snapshot, symbols, config, regime: 'chop', peaks: {} })).toEqual([]);
  });

  it('is asked for even where the symbol is unknown, so that the refusal is on record', () => {
    const account = accountOf({ positions: { [SOL]: positionOf('5', { opened_at_ms: 0 }) } });

    expect(
      dueExits(account, { snapshot: snapshotOf([]), symbols: new Map(), config, regime: 'chop', peaks: {} }),
    ).toHaveLength(1);
  });
});
