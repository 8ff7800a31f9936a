import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../test/core/risk-world.ts';
import { BTC, configOf, DOGE, ETH, positionOf, SOL, symbolOf, workingOf } from '../../../test/core/world.ts';
import type { ProductId } from '../market/product.ts';
import { price, quantity, usd } from '../money/fixed.ts';
import { EXTERNAL } from '../portfolio/external.ts';
import { atRisk, type ExposureLine } from './exposure.ts';
import { exposureBreaches } from './exposure-breaches.ts';

describe('[I3] what is at risk', () => {
  it('is a line for each position at its ask and each buy at worst, and none for a sale on its way', () => {
    const { exposure } = viewOf({
      account: {
        positions: { [SOL]: positionOf('2') },
        working: {
          buy: workingOf(ETH, { reserved: usd('600'), strategy: 'time-series-momentum' }),
          sale: workingOf(SOL, { side: 'SELL' }),
        },
      },
    });

    expect(exposure).toEqual([
      { symbol: SOL, theme: null, tier: 'T2', strategy: 'donchian-breakout', amount: usd('200') },
      { symbol: ETH, theme: 'MAJORS', tier: 'T1', strategy: 'time-series-momentum', amount: usd('600') },
    ]);
    expect(atRisk(exposure)).toBe(usd('800'));
    expect(atRisk(exposure, ({ theme }) => theme === 'MAJORS')).toBe(usd('600'));
  });

  it('is a line for coins from before the bot too, at their ask, where the policy counts them', () => {
    const account = { external: { SOL: quantity('3') } };
    const counted = (external_holdings: 'ignore' | 'count') =>
      viewOf({ account, config: configOf({ policy: { external_holdings } }) }).exposure;

    expect(counted('count')).toEqual([
      { symbol: SOL, theme: null, tier: 'T2', strategy: EXTERNAL, amount: usd('300') },
    ]);
    expect(counted('ignore')).toEqual([]);
  });

  it('rounds a position up, never down', () => {
    const symbols = [symbolOf(SOL, { quote: { bid: price('100'), ask: price('100.5') } })];
    const { exposure } = viewOf({ symbols, account: { positions: { [SOL]: positionOf('0.000000000001') } } });

    expect(exposure.map(({ amount }) => amount)).toEqual([usd('0.000000000101')]);
  });
});

describe('what prices have carried beyond its cap', () => {
  // Equity is $10,000 and a quarter of each cap is tolerated: $625 a symbol, $1,250 a theme ($625 MEME), $1,875 in all.
  const line = (symbol: ProductId, dollars: string, theme: string | null = null): ExposureLine => ({
    symbol,
    theme,
    tier: 'T1',
    strategy: 'donchian-breakout',
    amount: usd(dollars),
  });
  const breaches = (exposure: readonly ExposureLine[], equity = usd('10000')) =>
    exposureBreaches({ ...viewOf(), exposure, equity }).map(({ subject, detail }) => [subject, detail]);

  it.each([
    ['a symbol at the tolerance', [line(SOL, '625')], []],
    ['a symbol over it', [line(SOL, '625.01')], [[SOL, '6.2501 % of equity, the cap is 5 %']]],
    ['a theme at the tolerance', [line(ETH, '625', 'MAJORS'), line(BTC, '625', 'MAJORS')], []],
    [
      'a theme over it, of symbols that are not',
      [line(ETH, '500', 'MAJORS'), line(BTC, '500', 'MAJORS'), line(DOGE, '300', 'MAJORS')],
      [['MAJORS', '13 % of equity, the cap is 10 %']],
    ],
    [
      'a theme with a line of its own',
      [line(ETH, '400', 'MEME'), line(BTC, '400', 'MEME')],
      [['MEME', '8 % of equity, the cap is 5 %']],
    ],
    [
      'the account alone',
      [line(ETH, '620', 'A'), line(BTC, '620', 'B'), line(SOL, '620'), line(DOGE, '20')],
      [['account', '18.8 % of equity, the cap is 15 %']],
    ],
    ['the account at the tolerance', [line(ETH, '625', 'A'), line(BTC, '625', 'B'), line(SOL, '625')], []],
  ] as const)('%s', (_, exposure, expected) => {
    expect(breaches(exposure)).toEqual(expected);
  });

  it('stands in the order of names, each once', () => {
    const over = [line(SOL, '400', 'Z'), line(BTC, '2000', 'A'), line(SOL, '2000', 'Z')];

    expect(breaches(over).map(([subject]) => subject)).toEqual([BTC, SOL, 'A', 'Z', 'account']);
  });

  it('tolerates not the smallest amount more', () => {
    // A cap of $500.000000000001, of which a quarter is a fraction of the smallest unit more than $125.
    const equity = usd('10000.00000000002');

    expect(breaches([line(SOL, '625.000000000001')], equity)).toEqual([]);
    expect(breaches([line(SOL, '625.000000000002')], equity)).toHaveLength(1);
  });
});
