import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { BTC, ETH } from '../../../test/core/world.ts';
import { candlesFrom } from '../market/candles.ts';
import type { ProductId } from '../market/product.ts';
import { below, bracketParams, notAbove } from './common-params.ts';
import { type Opinion, perSymbol } from './per-symbol.ts';
import type { StrategySymbol } from './strategy.ts';

const BRACKET = { stop_loss_pct: 2, take_profit_pct: 5 };

function symbolOf(productId: ProductId, isHeld: boolean, bars = 4): StrategySymbol {
  const flat = { open: 1, high: 1, low: 1, close: 1, volume: 1 };
  const candles = candlesFrom(Array.from({ length: bars }, (_, index) => ({ index, ...flat })));
  return { productId, baseSizePct: 4, candles, isHeld };
}

/** Says `entry` of what is not held and `exit` of what is, after three bars. */
function proposals(said: { entry?: Partial<Opinion>; exit?: Partial<Opinion> }, ...symbols: StrategySymbol[]) {
  const opinion = { bracket: BRACKET, reason: 'because', trigger: { close: 1 } };
  const module = perSymbol({
    name: 'planted',
    params: z.strictObject(bracketParams),
    warmupBars: () => 3,
    entry: () => said.entry && { ...opinion, ...said.entry },
    exit: () => said.exit && { ...opinion, ...said.exit },
  });
  const view = { slotMs: 60_000, interval: '1m', symbols, holdings: [] } as const;
  return module.bind(BRACKET).generateProposals(view, { kept: true });
}

describe('[REQ-R2] a strategy that judges every symbol by itself', () => {
  it('buys what is not held with its conviction, and sells what is held in full, each under its own name', () => {
    const said = { entry: { conviction: 0.5 }, exit: { conviction: 0.25 } };
    const common = { ...BRACKET, strategy: 'planted', reason: 'because', trigger: { close: 1 } };

    expect(proposals(said, symbolOf(BTC, false), symbolOf(ETH, true))).toEqual({
      proposals: [
        { ...common, symbol: BTC, side: 'BUY', conviction: 0.5, notional_pct: 2 },
        { ...common, symbol: ETH, side: 'SELL', conviction: 0.25, notional_pct: 4 },
      ],
      state: { kept: true },
    });
  });

  it('takes a size that the idea names as it is, and full conviction where it names none', () => {
    const [proposal] = proposals({ entry: { notional_pct: 1.5 } }, symbolOf(BTC, false)).proposals;

    expect(proposal).toMatchObject({ conviction: 1, notional_pct: 1.5 });
  });

  it.each([
    ['entries', false],
    ['exits', true],
  ])('asks for no %s until there are more bars than the warm-up', (_, isHeld) => {
    const said = { entry: {}, exit: {} };

    expect(proposals(said, symbolOf(BTC, isHeld, 3)).proposals).toEqual([]);
    expect(proposals(said, symbolOf(BTC, isHeld, 4)).proposals).toHaveLength(1);
  });

  it('says nothing where the idea has no opinion', () => {
    expect(proposals({}, symbolOf(BTC, false), symbolOf(ETH, true)).proposals).toEqual([]);
  });
});

describe('parameters that must be in order', () => {
  const strict = z
    .strictObject({ low: z.number(), high: z.number() })
    .refine(...below('low', 'high', 'it would not do'));
  const loose = z.strictObject({ low: z.number(), high: z.number() }).refine(...notAbove('low', 'high'));

  it.each([
    [1, true, true],
    [2, false, true],
    [3, false, false],
  ])('a low of %d against a high of 2: below %s, not above %s', (low, isBelow, isNotAbove) => {
    expect(strict.safeParse({ low, high: 2 }).success).toBe(isBelow);
    expect(loose.safeParse({ low, high: 2 }).success).toBe(isNotAbove);
  });

  it('says which one is wrong, against which, and why', () => {
    const issues = [strict, loose].flatMap((schema) => schema.safeParse({ low: 3, high: 2 }).error?.issues ?? []);

    expect(issues.map(({ path, message }) => ({ path, message }))).toEqual([
      { path: ['low'], message: 'low must be less than high: it would not do' },
      { path: ['low'], message: 'low must not exceed high' },
    ]);
  });
});
