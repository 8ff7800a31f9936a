import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCandleFolder } from '../../adapters/candles/csv.ts';
import { loadedFrom, shippedTexts } from '../../config/testing/shipped.ts';
import { deepFreeze } from '../cycle/deep-freeze.ts';
import { anchoredWindow } from '../indicators/anchor.ts';
import { type Candles, fillGaps } from '../market/candles.ts';
import { INTERVAL_MS, type Interval } from '../market/interval.ts';
import { type ProductId, productId } from '../market/product.ts';
import { strategyModules } from './registry.ts';
import type { Strategy, StrategyModule, StrategyView } from './strategy.ts';

/** Real markets, read with the shipped parameters whatever interval those are meant for. */
const SHELF = process.env['TRADER_DATA_DIR'] ?? '../shared/data';
const MARKETS: readonly { readonly folder: string; readonly interval: Interval }[] = [
  { folder: '1h', interval: '1h' },
  { folder: '1m-2021q2', interval: '1m' },
];
const SLOTS = 400;
/** Coprime to the hours of a day, so that the sample meets each of them. */
const STEP_BARS = 7;
const LEAD_BARS = 300;

/** Bars of five minutes and the first bars of a listing are not among these; they have shelf tests of their own. */
const ELSEWHERE: readonly string[] = ['classic-rules', 'new-listing-breakout'];
const HERE = Object.entries(strategyModules).filter(([name]) => !ELSEWHERE.includes(name));

const { strategy: shipped } = loadedFrom(shippedTexts('live'), 'live').decision.signals;

describe.skipIf(!existsSync(SHELF)).each(MARKETS)(
  'on the data shelf, $folder (skipped when TRADER_DATA_DIR is absent)',
  ({ folder, interval }) => {
    const market = existsSync(SHELF) ? marketOf(join(SHELF, folder), interval) : new Map<ProductId, Candles>();

    it.each(HERE)('[REQ-S1] %s enters and leaves, and never throws', (name, module) => {
      const strategy = bound(module, name);
      const { buys, sells } = tally(strategy, market, interval);

      expect(buys).toBeGreaterThan(0);
      expect(sells).toBeGreaterThan(0);
    });
  },
);

function bound(module: StrategyModule, name: string): Strategy {
  return module.bind(module.params.parse(shipped[name]?.params));
}

/** The newest bars of every product, gapless, all up to the same bar. */
function marketOf(dir: string, interval: Interval): ReadonlyMap<ProductId, Candles> {
  const all = readCandleFolder(dir, interval);
  const to = Math.max(...[...all.values()].map(({ index, length }) => index[length - 1] as number));
  const from = to - SLOTS * STEP_BARS - LEAD_BARS + 1;
  return new Map(
    [...all].map(([symbol, candles]) => [productId(symbol.replace('-USDT', '-USD')), fillGaps(candles, from, to)]),
  );
}

function tally(strategy: Strategy, market: ReadonlyMap<ProductId, Candles>, interval: Interval) {
  const to = Math.max(...[...market.values()].map(({ index, length }) => index[length - 1] ?? 0));
  const count = { buys: 0, sells: 0 };
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const t = to - slot * STEP_BARS;
    // Every third slot as if everything were held, so that exits are seen as well.
    const view = viewAt(strategy, market, { t, interval, isHeld: slot % 3 === 0 });
    for (const { side } of strategy.generateProposals(view, null).proposals) {
      count[side === 'BUY' ? 'buys' : 'sells'] += 1;
    }
  }
  return count;
}

interface Moment {
  readonly t: number;
  readonly interval: Interval;
  readonly isHeld: boolean;
}

function viewAt(
  strategy: Strategy,
  market: ReadonlyMap<ProductId, Candles>,
  { t, interval, isHeld }: Moment,
): StrategyView {
  const symbols = [...market].flatMap(([productId, all]) => {
    const candles = anchoredWindow(all, t, strategy.warmupBars);
    return candles === undefined ? [] : [{ productId, baseSizePct: 3, candles, isHeld }];
  });
  return deepFreeze({ slotMs: (t + 1) * INTERVAL_MS[interval], interval, symbols, holdings: [] });
}
