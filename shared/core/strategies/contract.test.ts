import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleOf, mirrorOf, EXAMPLE_T as T } from '../../../test/core/strategy-examples.ts';
import { BTC, candlesTo, configOf, ETH, SLOT_MS } from '../../../test/core/world.ts';
import { loadedFrom, shippedTexts } from '../../config/testing/shipped.ts';
import type { StrategySettings } from '../cycle/decision-config.ts';
import { deepFreeze } from '../cycle/deep-freeze.ts';
import { anchoredWindow } from '../indicators/anchor.ts';
import { type Bar, barAt, type Candles, candlesFrom } from '../market/candles.ts';
import { type ProductId, productId } from '../market/product.ts';
import { strategyModules } from './registry.ts';
import { runStrategies } from './run.ts';
import type { Strategy, StrategyModule, StrategySymbol, StrategyView, TradeProposal } from './strategy.ts';

/** What every strategy in the registry must keep to. A new one is held to it by being listed. */
const shipped = loadedFrom(shippedTexts('live'), 'live').decision.signals.strategy;
/** The test world's parameters where it has some, else the shipped ones. */
const settings = { ...shipped, ...configOf().signals.strategy };

/** Log returns of a series; the sign flips it into its mirror image. */
const walk = fc
  .array(fc.integer({ min: -300, max: 300 }), { minLength: 330, maxLength: 330 })
  .chain((steps) => fc.integer({ min: -40, max: 40 }).map((drift) => steps.map((step) => (step + drift) / 10_000)));

function closesOf(returns: readonly number[], sign: 1 | -1): readonly number[] {
  let level = 0;
  return returns.map((step) => {
    level += sign * step;
    return 100 * Math.exp(level);
  });
}

function viewOf({ name }: Strategy, ...symbols: readonly StrategySymbol[]): StrategyView {
  return deepFreeze({ slotMs: SLOT_MS, interval: settings[name]?.interval ?? '1m', symbols, holdings: [] });
}

function symbolOf(candles: Candles, isHeld: boolean, productId: ProductId = BTC): StrategySymbol {
  return { productId, baseSizePct: 3, candles, isHeld };
}

/** Taken from the end, so that the bars which would trigger are among them. */
function lastBars(candles: Candles, length: number): Candles {
  const bars = Array.from({ length }, (_, i) => barAt(candles, i - length) as Bar);
  return candlesFrom(bars);
}

function bound(module: StrategyModule): Strategy {
  return module.bind(module.params.parse(settings[module.name]?.params));
}

function propose(strategy: Strategy, all: Candles, isHeld = false): readonly TradeProposal[] {
  const candles = anchoredWindow(all, T, strategy.warmupBars);
  return candles === undefined
    ? []
    : strategy.generateProposals(viewOf(strategy, symbolOf(candles, isHeld)), null).proposals;
}

describe.each(Object.entries(strategyModules))('[REQ-STR1] %s', (name, module) => {
  const strategy = bound(module);

  it('is registered under its own name and needs a window that one request can fill', () => {
    expect(module.name).toBe(name);
    expect(strategy.name).toBe(name);
    expect(strategy.warmupBars > 0 && strategy.warmupBars <= 299).toBe(true);
  });

  it('refuses unknown and missing parameters', () => {
    const params = settings[name]?.params ?? {};
    const [first] = Object.keys(params);

    expect(module.params.safeParse({ ...params, lookbak_bars: 3 }).success).toBe(false);
    expect(
      module.params.safeParse(Object.fromEntries(Object.entries(params).filter(([key]) => key !== first))).success,
    ).toBe(false);
  });

  it('answers the same twice, from frozen inputs, and leaves the bars as they were', () => {
    fc.assert(
      fc.property(walk, fc.boolean(), (returns, isHeld) => {
        const candles = anchoredWindow(candlesTo(T, closesOf(returns, 1)), T, strategy.warmupBars) as Candles;
        const before = candles.close.slice();
        const view = viewOf(strategy, symbolOf(candles, isHeld));
        expect(strategy.generateProposals(view, null)).toStrictEqual(strategy.generateProposals(view, null));
        expect(candles.close).toStrictEqual(before);
      }),
    );
  });

  it('keeps within its bounds: size up to the base size, conviction up to 1, finite figures, entries only when flat', () => {
    fc.assert(
      fc.property(walk, fc.boolean(), (returns, isHeld) => {
        for (const proposal of propose(strategy, candlesTo(T, closesOf(returns, 1)), isHeld)) {
          expect(proposal.side).toBe(isHeld ? 'SELL' : 'BUY');
          expect(proposal.notional_pct > 0 && proposal.notional_pct <= 3).toBe(true);
          expect(proposal.conviction > 0 && proposal.conviction <= 1).toBe(true);
          expect(Object.values(proposal.trigger).every(Number.isFinite)).toBe(true);
          expect(proposal.strategy).toBe(name);
        }
      }),
    );
  });

  it('does trade: some series make it buy and some make it sell', () => {
    const { buys, sells } = exampleOf(name);

    expect(propose(strategy, buys).map(({ side }) => side)).toEqual(['BUY']);
    expect(propose(strategy, sells, true).map(({ side }) => side)).toEqual(['SELL']);
  });

  it('says nothing before its warm-up is over', () => {
    const { buys, sells } = exampleOf(name);
    for (let length = 1; length <= strategy.warmupBars; length += 1) {
      expect(
        strategy.generateProposals(viewOf(strategy, symbolOf(lastBars(buys, length), false)), null).proposals,
      ).toEqual([]);
      expect(
        strategy.generateProposals(viewOf(strategy, symbolOf(lastBars(sells, length), true)), null).proposals,
      ).toEqual([]);
    }
  });

  it('has enough with one bar more than its warm-up, whatever its lookbacks', () => {
    const given = settings[name]?.params as Readonly<Record<string, unknown>>;
    const lookbacks = Object.keys(given).filter((key) => /_bars$|_hours$/.test(key) && typeof given[key] === 'number');
    const drawn = fc.tuple(...lookbacks.map(() => fc.integer({ min: 1, max: 40 })));
    let tried = 0;
    fc.assert(
      fc.property(drawn, walk, (values, returns) => {
        const patch = Object.fromEntries(lookbacks.map((key, i) => [key, values[i]]));
        const parsed = module.params.safeParse({ ...given, ...patch });
        if (!parsed.success) return;
        const other = module.bind(parsed.data);
        tried += 1;
        // What makes it buy and sell has to be read to its end.
        const { buys, sells } = exampleOf(name);
        const shortest = [candlesTo(T, closesOf(returns, 1)), buys, sells]
          .filter(({ length }) => length > other.warmupBars)
          .map((all) => lastBars(all, other.warmupBars + 1));
        const shown = shortest.flatMap((candles) => [symbolOf(candles, false), symbolOf(candles, true)]);
        const asked = shown.map((symbol) => () => other.generateProposals(viewOf(other, symbol), null));
        for (const ask of asked) expect(ask).not.toThrow();
      }),
      { numRuns: 300 },
    );
    expect(tried).toBeGreaterThan(lookbacks.length === 0 ? 0 : 5);
  });

  it('never buys a series and its mirror image: a fall is not a rise', () => {
    fc.assert(
      fc.property(walk, (returns) => {
        const buys = [1, -1].map((sign) => propose(strategy, candlesTo(T, closesOf(returns, sign as 1 | -1))).length);
        expect(buys[0] === 1 && buys[1] === 1).toBe(false);
      }),
    );
    expect(propose(strategy, mirrorOf(exampleOf(name).buys))).toEqual([]);
  });

  it('[I9] does not see the future: bars after the decision change nothing', () => {
    fc.assert(
      fc.property(
        walk,
        fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 5 }),
        (returns, later) => {
          const closes = closesOf(returns, 1);
          const present = anchoredWindow(candlesTo(T, closes), T, strategy.warmupBars);
          const future = anchoredWindow(candlesTo(T + later.length, [...closes, ...later]), T, strategy.warmupBars);
          expect(future?.close).toStrictEqual(present?.close);
          expect(strategy.generateProposals(viewOf(strategy, symbolOf(future as Candles, false)), null)).toStrictEqual(
            strategy.generateProposals(viewOf(strategy, symbolOf(present as Candles, false)), null),
          );
        },
      ),
    );
  });

  it('[REQ-S1] gets no more entries through than its triggers per cycle, however many symbols fire', () => {
    const candles = anchoredWindow(exampleOf(name).buys, T, strategy.warmupBars) as Candles;
    const symbols = ['A-USD', 'B-USD', 'C-USD', 'D-USD'].map((id) => symbolOf(candles, false, productId(id)));
    const limits = { ...(settings[name] as StrategySettings), enabled: true, max_triggers_per_cycle: 2 };
    const ready = { kind: 'ready', name, settings: limits, strategy } as const;
    const { records, proposals, dropped } = runStrategies([ready], () => viewOf(strategy, ...symbols), {}, 60_000);

    expect(records[0]?.proposals_count).toBeGreaterThan(2);
    expect(proposals).toHaveLength(2);
    expect(dropped).toHaveLength((records[0]?.proposals_count ?? 0) - 2);
  });

  it('is not disturbed by a symbol without bars, and keeps to its own state', () => {
    const candles = anchoredWindow(exampleOf(name).buys, T, strategy.warmupBars) as Candles;
    const empty = candlesFrom([]);
    const symbols: readonly StrategySymbol[] = [
      { productId: BTC, baseSizePct: 3, candles, isHeld: false },
      { productId: ETH, baseSizePct: 3, candles: empty, isHeld: false },
    ];

    const { proposals, state } = strategy.generateProposals(viewOf(strategy, ...symbols), { own: 1 });
    expect(proposals.map(({ symbol }) => symbol)).toEqual([BTC]);
    expect(state).toEqual({ own: 1 });
  });
});

it('[REQ-STR2] the registry finds nothing under inherited names', () => {
  for (const name of ['constructor', 'toString', '__proto__']) expect(strategyModules[name]).toBeUndefined();
  expect(Object.isFrozen(strategyModules)).toBe(true);
});
