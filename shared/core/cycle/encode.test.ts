import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accountOf, BTC, configOf, ETH, SLOT_MS, SOL, snapshotOf, symbolOf } from '../../../test/core/world.ts';
import { productOf } from '../market/testing/product.ts';
import { decide } from './decide.ts';
import { decodeCycle } from './decode.ts';
import { encodeCycle } from './encode.ts';
import { decodeProductList, encodeProductList } from './product-list.ts';

it('[I8] what a cycle archives is what it was decided on, and decides the same again', () => {
  const inputs = { snapshot: snapshotOf([symbolOf(BTC), symbolOf(SOL)]), account: accountOf(), config: configOf() };
  const decision = decide(inputs.snapshot, inputs.account, inputs.config);
  const text = encodeCycle(inputs, decision, 'v1');
  const read = decodeCycle(text);

  expect(encodeCycle(read, decide(read.snapshot, read.account, read.config), 'v1')).toBe(text);
});

it('a list of products is one text, in whatever order they were listed, and is read back whole', () => {
  const products = [BTC, ETH, SOL].map((id) => productOf(id));
  const text = encodeProductList({ takenAtMs: SLOT_MS, products });

  fc.assert(
    fc.property(fc.shuffledSubarray(products, { minLength: 3 }), (listed) => {
      expect(encodeProductList({ takenAtMs: SLOT_MS, products: listed })).toBe(text);
    }),
  );
  expect(decodeProductList(text)).toEqual({ takenAtMs: SLOT_MS, products });
  expect(() => decodeProductList(text.replace('"format":1', '"format":2'))).toThrow();
});
