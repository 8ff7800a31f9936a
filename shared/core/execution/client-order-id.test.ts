import { describe, expect, it } from 'vitest';
import { productId } from '../market/product.ts';
import { clientOrderId } from './client-order-id.ts';

const LONGEST = productId('ABCDEFGHIJKLMNOP-ABCDEFGH');
const SLOT_MS = 1_767_614_400_000;

describe('[REQ-X1] a client order id', () => {
  it('names bot, symbol, slot and intent', () => {
    expect(clientOrderId('alpha', productId('BTC-USD'), SLOT_MS, 'entry', 1)).toBe('alpha-BTC-USD-1767614400-e1');
    expect(clientOrderId('alpha', productId('BTC-USD'), SLOT_MS, 'exit', 2)).toBe('alpha-BTC-USD-1767614400-x2');
    expect(clientOrderId('alpha', productId('BTC-USD'), SLOT_MS, 'protect', 1)).toBe('alpha-BTC-USD-1767614400-p1');
  });

  it('differs between any two intents: bot, symbol, slot, purpose, ordinal', () => {
    const ids = ['a', 'b'].flatMap((bot) =>
      ['BTC-USD', 'ETH-USD'].flatMap((symbol) =>
        [SLOT_MS, SLOT_MS + 60_000].flatMap((slot) =>
          (['entry', 'exit', 'protect'] as const).flatMap((purpose) =>
            [1, 2].map((ordinal) => clientOrderId(bot, productId(symbol), slot, purpose, ordinal)),
          ),
        ),
      ),
    );

    expect(new Set(ids).size).toBe(48);
  });

  it('keeps to what the exchange takes, however long its parts', () => {
    const id = clientOrderId('abcdefghijkl', LONGEST, 8_640_000_000_000_000, 'entry', 99);

    expect(id).toMatch(/^[A-Za-z0-9-]{1,128}$/);
  });

  it.each(['', 'Alpha', 'a-b', 'abcdefghijklm'])('refuses %j as the name of a bot', (bot) => {
    expect(() => clientOrderId(bot, LONGEST, SLOT_MS, 'entry', 1)).toThrow(/bot id/);
  });
});
