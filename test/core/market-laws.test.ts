import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCandleFile } from '../../shared/adapters/candles/csv.ts';
import { fetchMarket } from '../../shared/app/fetch-snapshot.ts';
import { createMarketCache, type MarketCache } from '../../shared/app/market-cache.ts';
import { loadedFrom, shippedTexts } from '../../shared/config/testing/shipped.ts';
import { seriesOf } from '../../shared/core/backtest/series.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import { encodeDecision } from '../../shared/core/cycle/encode.ts';
import { barsNeeded } from '../../shared/core/cycle/requirements.ts';
import { MAX_WINDOW_BARS } from '../../shared/core/indicators/anchor.ts';
import { type Bar, barAt, type Candles, candlesFrom } from '../../shared/core/market/candles.ts';
import { INTERVAL_MS, INTERVALS, type Interval, lastClosedBarIndex } from '../../shared/core/market/interval.ts';
import { type ProductId, productId } from '../../shared/core/market/product.ts';
import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import { productOf } from '../../shared/core/market/testing/product.ts';
import { price, quantity, usd } from '../../shared/core/money/fixed.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import { ok } from '../../shared/ports/answer.ts';
import type { MarketData } from '../../shared/ports/market-data.ts';
import { accountOf, BTC, ETH, positionOf as held, snapshotOf } from './world.ts';

/** What must hold for decisions on real minutes, many of them without a trade, as a process reads them. */
const DIR = join(process.env['TRADER_DATA_DIR'] ?? '../shared/data', '1m-2018q1-bitfinex');
const IDS = [BTC, ETH, productId('LTC-USD'), productId('XRP-USD')];
const MINUTE_MS = INTERVAL_MS['1m'];
const WEEK_MS = 7 * INTERVAL_MS['1d'];
/** After which all intervals but the days have full windows. */
const FIRST_SLOT_MS = Date.UTC(2018, 0, 20);
const TIMEOUT_MS = 120_000;

type Traded = ReadonlyMap<ProductId, ReadonlyMap<Interval, Candles>>;

describe.skipIf(!existsSync(DIR))('decisions on real minutes (skipped when TRADER_DATA_DIR is absent)', () => {
  const traded: Traded = existsSync(DIR) ? new Map(IDS.map((id) => [id, tradedBars(id)])) : new Map();
  const config = configOf(Object.keys(strategyModules));
  const slots = Array.from({ length: 90 }, (_, i) => FIRST_SLOT_MS + i * 345 * MINUTE_MS);

  it('[I8] are those of a process that has read for hours when one has just begun', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const marketCache = createMarketCache();
    const differing: number[] = [];
    for (let minute = 0; minute < 400; minute += 1) {
      const slotMs = FIRST_SLOT_MS + minute * MINUTE_MS;
      const warm = await snapshotAt({ traded, config, slotMs, marketCache });
      if (minute % 5 !== 4) continue;
      const cold = await snapshotAt({ traded, config, slotMs });
      if (textOf(warm, config) !== textOf(cold, config)) differing.push(minute);
    }

    expect(differing).toEqual([]);
  });

  it.each([
    ['every strategy', Object.keys(strategyModules)],
    ['one on longer bars', ['donchian-ensemble']],
  ])('[I8] are the same whatever more of the past is known: %s', { timeout: TIMEOUT_MS }, async (_, names) => {
    const given = configOf(names);
    for (const slotMs of slots) {
      const usual = await snapshotAt({ traded, config: given, slotMs });
      const longer = await snapshotAt({ traded, config: given, slotMs, lead: 700 });
      expect(longer.symbols[0]?.candles['1m']?.length).toBeGreaterThan(700);
      // How many bars are known is on record, and is all that may differ.
      const [more, wanted] = [longer, usual].map((each) => textOf(each, given).replaceAll(/"bars":\d+/g, ''));
      expect(more).toBe(wanted);
    }
  });

  it('[REQ-BT1] are the same in whatever order symbols come', { timeout: TIMEOUT_MS }, async () => {
    for (const slotMs of slots) {
      const { symbols, ...rest } = await snapshotAt({ traded, config, slotMs });
      expect(textOf({ ...rest, symbols: symbols.toReversed() }, config)).toBe(textOf({ ...rest, symbols }, config));
    }
  });

  it.each([1e-8, 1e-4, 1e6])(
    '[REQ-S1] want the same of coins that cost %d times as much',
    { timeout: TIMEOUT_MS },
    async (factor) => {
      let count = 0;
      const dear = scaled(traded, factor);
      for (const slotMs of slots) {
        const plain = wishes(await snapshotAt({ traded, config, slotMs }), config);
        const other = wishes(await snapshotAt({ traded: dear, config, slotMs }), config);
        // A power of ten is no power of two: the last digits may differ, what is wanted may not.
        expect(other.map(roughly)).toEqual(plain.map(roughly));
        count += plain.length;
      }
      expect(count).toBeGreaterThan(50);
    },
  );

  it.each(Object.entries(strategyModules))(
    '[I8] want the same whole weeks later, when the window begins at the same bar of it: %s',
    { timeout: TIMEOUT_MS },
    async (name, module) => {
      const alone = configOf([name]);
      const { params = {} } = alone.signals.strategy[name] ?? {};
      const { warmupBars } = module.bind(module.params.parse(params));
      const weeks = MAX_WINDOW_BARS - warmupBars;
      const later = shifted(traded, weeks);
      for (const slotMs of slots.slice(0, 30)) {
        const now = wishes(await snapshotAt({ traded, config: alone, slotMs }), alone);
        const then = await snapshotAt({ traded: later, config: alone, slotMs: slotMs + weeks * WEEK_MS });
        expect(wishes(then, alone)).toEqual(now);
      }
    },
  );
});

/** Every other symbol is held by one strategy or another, so that exits are wanted as well. */
function accountAt({ symbols, slotMs }: MarketSnapshot): Account {
  const names = Object.keys(strategyModules);
  const positions = symbols.flatMap(({ productId: id, candles }) => {
    const close = candles['1m']?.close.at(-1);
    const turn = Math.floor((slotMs % WEEK_MS) / (345 * MINUTE_MS)) + IDS.indexOf(id);
    if (close === undefined || turn % 2 === 0) return [];
    return [[id, held((1_000 / close).toFixed(8), { strategy: names[turn % names.length] as string })] as const];
  });
  return accountOf({ positions: Object.fromEntries(positions), cash: usd('1000000'), high_water_mark: usd('1000000') });
}

function textOf(snapshot: MarketSnapshot, config: DecisionConfig): string {
  return encodeDecision(decide(snapshot, accountAt(snapshot), config));
}

/** Whom the universe lets in, and everything that a strategy proposed. */
function wishes(snapshot: MarketSnapshot, config: DecisionConfig): readonly Wish[] {
  const { universe, assessments } = decide(snapshot, accountAt(snapshot), config);
  return [
    ...universe.map(({ symbol, exclusion_reason }) => ({ word: `${symbol} ${exclusion_reason ?? 'eligible'}` })),
    ...assessments.flatMap(({ proposal }) => {
      if (proposal === null) return [];
      const { strategy, symbol, side, reason, conviction, notional_pct, stop_loss_pct } = proposal;
      const word = `${strategy} ${side} ${symbol} ${reason}`;
      return [{ word, conviction, notional_pct, stop_loss_pct }];
    }),
  ].toSorted((a, b) => (a.word < b.word ? -1 : 1));
}

interface Wish {
  readonly word: string;
  readonly conviction?: number;
  readonly notional_pct?: number;
  readonly stop_loss_pct?: number;
}

function roughly({ word, conviction = 0, notional_pct = 0, stop_loss_pct = 0 }: Wish): string {
  return [word, ...[conviction, notional_pct, stop_loss_pct].map((figure) => figure.toFixed(6))].join(' ');
}

function changed(traded: Traded, change: (candles: Candles, interval: Interval) => Candles): Traded {
  const all = (byInterval: ReadonlyMap<Interval, Candles>) =>
    new Map([...byInterval].map(([interval, candles]) => [interval, change(candles, interval)] as const));
  return new Map([...traded].map(([id, byInterval]) => [id, all(byInterval)] as const));
}

function scaled(traded: Traded, factor: number): Traded {
  const times = (prices: Float64Array) => prices.map((each) => each * factor);
  return changed(traded, ({ open, high, low, close, ...rest }) => ({
    ...rest,
    open: times(open),
    high: times(high),
    low: times(low),
    close: times(close),
  }));
}

function shifted(traded: Traded, weeks: number): Traded {
  return changed(traded, ({ index, ...rest }, interval) => {
    const bars = (weeks * WEEK_MS) / INTERVAL_MS[interval];
    return { ...rest, index: index.map((each) => each + bars) };
  });
}

function tradedBars(id: ProductId): ReadonlyMap<Interval, Candles> {
  const { candles: raw } = readCandleFile(join(DIR, `${id}_1m.csv.gz`));
  const { histories } = seriesOf({ product: productOf(id), spreadBps: 5, raw }, '1m', INTERVALS);
  return new Map([...histories].map(([interval, { bars }]) => [interval, withoutGaps(bars)]));
}

function withoutGaps(candles: Candles): Candles {
  const all = Array.from({ length: candles.length }, (_, i) => barAt(candles, i));
  return candlesFrom(all.flatMap((bar) => (bar !== undefined && bar.volume > 0 ? [bar] : [])));
}

/** The shipped settings, with these strategies switched on. */
function configOf(names: readonly string[]): DecisionConfig {
  const { decision } = loadedFrom(shippedTexts('live'), 'live');
  const { policy, universe, signals } = decision;
  const settings = Object.entries(signals.strategy).map(
    ([name, each]) => [name, { ...each, enabled: names.includes(name) }] as const,
  );
  const tier = (symbols: readonly ProductId[]) => ({ ...universe.tiers.T1, symbols: [...symbols] });
  return {
    ...decision,
    policy: { ...policy, regime: { ...policy.regime, override: 'chop' } },
    universe: {
      ...universe,
      tiers: { T1: tier(IDS.slice(0, 2)), T2: tier(IDS.slice(2)), T3: tier([]) },
      hysteresis: { cycles_to_enter: 1, cycles_to_leave: 1 },
    },
    signals: { ...signals, strategy: Object.fromEntries(settings) },
  };
}

interface Moment {
  readonly traded: Traded;
  readonly config: DecisionConfig;
  readonly slotMs: number;
  readonly marketCache?: MarketCache;
  /** So many bars more than a decision needs. */
  readonly lead?: number;
}

/** As a cycle fetches it, two seconds after the slot. */
async function snapshotAt(moment: Moment): Promise<MarketSnapshot> {
  const { traded, config, slotMs, marketCache = createMarketCache(), lead = 0 } = moment;
  const nowMs = slotMs + 2_000;
  const clock = { nowMs: () => nowMs, monotonicMs: () => 0, sleep: async () => undefined };
  const needs = barsNeeded(config, slotMs, strategyModules).map((need) => ({
    ...need,
    fromIndex: need.fromIndex - lead,
  }));
  const order = { symbolsOf: () => IDS, slotMs, needs, maxCalls: 1_000 };
  const { symbols } = await fetchMarket({ marketData: exchangeAt(traded, nowMs), marketCache, clock }, config, order);
  return snapshotOf(symbols, { slotMs, asOfMs: nowMs });
}

function exchangeAt(traded: Traded, nowMs: number): MarketData {
  const quoteOf = (id: ProductId) => {
    const t = lastClosedBarIndex(nowMs, '1m');
    const close = between(traded.get(id)?.get('1m') as Candles, t - 299, t).close.at(-1);
    if (close === undefined) return [];
    const { baseMaxSize: bidSize, baseMaxSize: askSize } = productOf(id);
    const bid = price((close * 0.9998).toFixed(12));
    return [{ productId: id, bid, ask: price((close * 1.0002).toFixed(12)), bidSize, askSize, timeMs: nowMs - 500 }];
  };
  const listed = {
    listedAtMs: 0,
    quoteVolume24h: usd('100000000'),
    quoteMinSize: usd('0.01'),
    baseMinSize: quantity('0.00000001'),
  };
  return {
    products: async () => ok(IDS.map((id) => ({ ...productOf(id), ...listed }))),
    quotes: async (ids) => ok(ids.flatMap(quoteOf)),
    candles: async (id, interval, from, to) => ok(between(traded.get(id)?.get(interval) as Candles, from, to)),
    time: async () => ({ kind: 'unavailable', message: 'not asked' }),
    product: async () => ({ kind: 'unavailable', message: 'not asked' }),
  };
}

/** The bars from one index to another, both included. */
function between(candles: Candles, from: number, to: number): Candles {
  const begin = positionOf(candles.index, from);
  const count = Math.max(0, positionOf(candles.index, to + 1) - begin);
  return candlesFrom(Array.from({ length: count }, (_, i) => barAt(candles, begin + i) as Bar));
}

/** Of the first bar at or after an index. */
function positionOf(index: Float64Array, wanted: number): number {
  let [low, high] = [0, index.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((index[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
