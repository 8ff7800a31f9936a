import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BTC, configOf } from '../../../test/core/world.ts';
import { type Product, productId } from '../market/product.ts';
import { productOf } from '../market/testing/product.ts';
import { usd } from '../money/fixed.ts';
import { themeOf, tierByVolume, tierOf } from './classify.ts';
import { discovered, mostSymbols, universeSymbols } from './members.ts';

const TIERS = {
  T1: { min_24h_volume_usd: '1000', symbols: ['BTC-USD'] },
  T2: { min_24h_volume_usd: '100', symbols: [] },
  T3: { min_24h_volume_usd: '10', symbols: [] },
};
const { universe } = configOf({ universe: { tiers: TIERS, themes: {}, discovery: { enabled: true } } });

function listed(base: string, volume: string | null, quote = 'USD'): Product {
  const quoteVolume24h = volume === null ? null : usd(volume);
  return { ...productOf(productId(`${base}-${quote}`)), quoteVolume24h };
}

const foundIn = (products: readonly Product[]) => discovered(universe, products);

describe('[REQ-U1] discovery', () => {
  it('is off unless it is asked for', () => {
    const off = configOf().universe;

    expect(discovered(off, [listed('AAA', '5000')])).toEqual([]);
    expect(universeSymbols(off, [listed('AAA', '5000')])).toEqual(['BTC-USD', 'DOGE-USD', 'ETH-USD', 'SOL-USD']);
  });

  it('takes the most traded of each tier, as many as it may hold, and ties by name', () => {
    const products = [
      listed('AAA', '1000'),
      listed('BBB', '3000'),
      listed('CCC', '2000'),
      listed('EEE', '100'),
      listed('DDD', '100'),
      listed('FFF', '100'),
      listed('GGG', '99.999'),
    ];

    expect(foundIn(products)).toEqual(['BBB-USD', 'CCC-USD', 'DDD-USD', 'EEE-USD', 'GGG-USD']);
  });

  it.each([
    ['at the floor of the lowest tier', listed('AAA', '10'), true],
    ['below the lowest floor', listed('AAA', '9.999999999999'), false],
    ['without a known volume', listed('AAA', null), false],
    ['paid in another currency', listed('AAA', '5000', 'EUR'), false],
    ['pegged to the dollar', listed('USDT', '5000'), false],
    ['a wrapped coin', listed('WBTC', '5000'), false],
    ['named by a tier already', listed('BTC', '5000'), false],
  ])('judges a product %s', (_, product, isFound) => {
    expect(foundIn([product])).toEqual(isFound ? [product.id] : []);
  });

  it('finds nothing that is never traded, under its new name either', () => {
    const banned = { ...universe, never_trade: [productId('OLD-USD')], renamed: { 'OLD-USD': productId('NEW-USD') } };

    expect(discovered(banned, [listed('OLD', '5000'), listed('NEW', '5000')])).toEqual([]);
  });

  it('judges nothing by the name that another product had before', () => {
    const renamed = { ...universe, never_trade: [productId('OLD-USD')], renamed: { 'OLD-USD': productId('NEW-USD') } };

    expect(discovered(renamed, [listed('AAA', '5000')])).toEqual(['AAA-USD']);
    expect(themeOf({ ...renamed, themes: { LAYER2: [productId('OLD-USD')] } }, productId('AAA-USD'))).toBeNull();
  });

  it('fills each tier to its number, and counts what a cycle may have to look at', () => {
    const max_symbols_per_tier = { T1: 1, T2: 2, T3: 1 };
    const small = { ...universe, discovery: { ...universe.discovery, max_symbols_per_tier } };
    const products = ['AAA', 'BBB', 'CCC'].flatMap((base) =>
      Object.entries({ '1': '1000', '2': '100', '3': '10' }).map(([tier, volume]) => listed(base + tier, volume)),
    );

    expect(discovered(small, products)).toEqual(['AAA1-USD', 'AAA2-USD', 'BBB2-USD', 'AAA3-USD']);
    expect(mostSymbols(small)).toBe(5);
    // The one that a list names among them.
    expect(universeSymbols(small, products)).toEqual(['AAA1-USD', 'AAA2-USD', 'AAA3-USD', 'BBB2-USD', BTC]);
  });

  it('[I8] gives the same symbols in whatever order the exchange lists, and from those it chose alone', () => {
    const product = fc
      .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 3000 }))
      .map(([name, volume]) => listed(`C${name}`, String(volume)));
    const products = fc.uniqueArray(product, { selector: ({ id }) => id, maxLength: 30 });
    fc.assert(
      fc.property(products, fc.array(fc.boolean(), { maxLength: 30 }), (all, kept) => {
        const chosen = foundIn(all);
        const reversed = foundIn(all.toReversed());
        // What the snapshot holds: the chosen ones and, for other reasons, some of the rest.
        const fetched = all.filter(({ id }, i) => chosen.includes(id) || kept[i] === true);

        expect(reversed).toEqual(chosen);
        expect(foundIn(fetched)).toEqual(chosen);
        expect(chosen.length).toBeLessThanOrEqual(mostSymbols(universe) - 1);
      }),
    );
  });

  it('puts a found symbol into the tier of its volume, and a holding that lost its volume into the wildest', () => {
    const tierAt = (volume: string | null) => tierOf(universe, productId('AAA-USD'), listed('AAA', volume));

    expect([tierAt('1000'), tierAt('999'), tierAt('10'), tierAt('9'), tierAt(null)]).toEqual([
      'T1',
      'T2',
      'T3',
      'T3',
      'T3',
    ]);
    const T3 = { ...universe.tiers.T3, min_24h_volume_usd: usd('0') };
    const floorless = { ...universe, tiers: { ...universe.tiers, T3 } };
    expect(discovered(floorless, [listed('AAA', '0'), listed('BBB', null)])).toEqual(['AAA-USD']);
    expect(tierByVolume(floorless, listed('BBB', null))).toBeNull();
    expect(tierOf(universe, BTC, listed('BTC', '10'))).toBe('T1');
    expect(tierOf(universe, productId('AAA-USD'))).toBeNull();
  });
});
