import { parseArgs } from 'node:util';
import { latencyOf } from '../cli/local/percentiles.ts';
import { loadConfig } from '../shared/config/load.ts';
import { decide } from '../shared/core/cycle/decide.ts';
import type { Decision } from '../shared/core/cycle/decision.ts';
import type { DecisionConfig } from '../shared/core/cycle/decision-config.ts';
import { barsNeeded } from '../shared/core/cycle/requirements.ts';
import { type Bar, type Candles, candlesFrom } from '../shared/core/market/candles.ts';
import { type Interval, lastClosedBarIndex } from '../shared/core/market/interval.ts';
import { ONLINE, type Product, type ProductId, productId } from '../shared/core/market/product.ts';
import type { Quote } from '../shared/core/market/quote.ts';
import { ALL_CLEAR, type MarketSnapshot, type SymbolSnapshot } from '../shared/core/market/snapshot.ts';
import { price, quantity, ratio, usd } from '../shared/core/money/fixed.ts';
import type { Account } from '../shared/core/portfolio/account.ts';
import { openAccount } from '../shared/core/portfolio/ledger.ts';
import { strategyModules } from '../shared/core/strategies/registry.ts';

/**
 * What one decision costs in processor time: 100 products, 300 candles of every interval that is looked at, every strategy
 * there is, a few positions. Nothing is read or parsed. Goal: p50 at most 20 ms.
 */
const { values: flags } = parseArgs({
  options: { json: { type: 'boolean', default: false }, decisions: { type: 'string', default: '100' } },
});
const PRODUCTS = 100;
const CANDLES = 300;
const GOAL_P50_MS = 20;
const SLOT_MS = Date.UTC(2026, 0, 5, 12);

const ids = Array.from({ length: PRODUCTS }, (_, i) => productId(i === 0 ? 'BTC-USD' : `COIN${i}-USD`));
const config = benchConfig();
const snapshot = benchSnapshot();
let account = benchAccount();

const first = timed();
// A few cycles of the same market, until its symbols have been good for long enough to be let in.
for (let i = 0; i < 10; i += 1) {
  const { universe_memory } = decide(snapshot, account, config).account_changes;
  account = { ...account, universe_memory };
}
checkWork(decide(snapshot, account, config));
const samples = Array.from({ length: Number(flags.decisions) }, timed);
report();

function timed(): { readonly wallMs: number; readonly cpuMs: number } {
  const startMs = performance.now();
  const before = process.threadCpuUsage();
  decide(snapshot, account, config);
  const { user, system } = process.threadCpuUsage(before);
  return { wallMs: performance.now() - startMs, cpuMs: (user + system) / 1_000 };
}

/** A decision that looked at nothing would be fast. */
function checkWork({ universe, strategies, gates }: Decision): void {
  const idle = strategies.filter(({ status }) => status !== 'ran');
  const excluded = universe.filter(({ eligible }) => !eligible);
  if (gates.length > 0 || idle.length > 0 || excluded.length > PRODUCTS / 5) {
    throw new Error(`nothing to measure: ${JSON.stringify({ gates, idle, excluded: excluded.slice(0, 3) })}`);
  }
}

function report(): void {
  const { p50, p95 } = latencyOf(samples.map(({ cpuMs }) => cpuMs));
  const firstMs = Math.round(first.wallMs * 10) / 10;
  if (flags.json) {
    console.log(JSON.stringify({ cpu_ms: { p50, p95 }, first_ms: firstMs }));
    return;
  }
  const strategies = Object.keys(config.signals.strategy).length;
  console.log(`${samples.length} decisions on ${PRODUCTS} products, ${CANDLES} candles, ${strategies} strategies`);
  console.log(`cpu p50 ${p50} ms (goal ${GOAL_P50_MS}), p95 ${p95} ms; the first one took ${firstMs} ms`);
}

/** The shipped limits, with every strategy at work on a longer list of symbols. */
function benchConfig(): DecisionConfig {
  const loaded = loadConfig({ dir: `${import.meta.dirname}/../config`, stage: 'live' });
  if (loaded.kind === 'invalid') throw new Error('the shipped config is not valid: run `trader config check`');
  const { universe, signals, ...rest } = loaded.config.decision;
  const { T1, T2, T3 } = universe.tiers;
  const tiers = {
    T1: { ...T1, symbols: ids.slice(0, 2) },
    T2: { ...T2, symbols: ids.slice(2, 30) },
    T3: { ...T3, symbols: ids.slice(30) },
  };
  const strategy = Object.fromEntries(
    Object.entries(signals.strategy).map(([name, settings]) => [name, { ...settings, enabled: true }]),
  );
  return { ...rest, universe: { ...universe, tiers, themes: {} }, signals: { ...signals, strategy } };
}

function benchSnapshot(): MarketSnapshot {
  const intervals = [...new Set(barsNeeded(config, SLOT_MS, strategyModules).map(({ interval }) => interval))];
  return {
    slotMs: SLOT_MS,
    asOfMs: SLOT_MS + 2_000,
    baseInterval: config.signals.interval,
    symbols: ids.map((id, i) => benchSymbol(id, i, intervals)).sort((a, b) => (a.productId < b.productId ? -1 : 1)),
    fees: { maker: ratio('0.006'), taker: ratio('0.012'), source: 'account' },
    conditions: { ...ALL_CLEAR, clockDriftMs: 1 },
  };
}

function benchSymbol(id: ProductId, seed: number, intervals: readonly Interval[]): SymbolSnapshot {
  const candles = Object.fromEntries(intervals.map((interval) => [interval, walk(interval, seed)]));
  const close = candles[config.signals.interval]?.close.at(-1) ?? 100;
  return {
    productId: id,
    product: productOf(id),
    quote: quoteOf(id, close),
    candles,
    lastTradedBarIndex: lastClosedBarIndex(SLOT_MS, config.signals.interval),
    faults: [],
  };
}

/** A random walk around 100, its own for every product; one bar in twenty leaps. */
function walk(interval: Interval, seed: number): Candles {
  const last = lastClosedBarIndex(SLOT_MS, interval);
  let state = seed + 1;
  const random = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
  let close = 100;
  return candlesFrom(
    Array.from({ length: CANDLES }, (_, i): Bar => {
      const open = close;
      close *= 1 + (random() - 0.5) * (random() < 0.05 ? 0.04 : 0.006);
      const high = Math.max(open, close) * 1.001;
      return {
        index: last - CANDLES + 1 + i,
        open,
        high,
        low: Math.min(open, close) * 0.999,
        close,
        volume: 10 + random(),
      };
    }),
  );
}

function benchAccount(): Account {
  const lots = [{ quantity: quantity('1'), cost: usd('100'), opened_at_ms: SLOT_MS - 3_600_000 }];
  const position = {
    lots,
    strategy: 'donchian-breakout',
    opened_at_ms: SLOT_MS - 3_600_000,
    stop_price: null,
    take_profit_price: null,
  };
  return {
    ...openAccount({ botId: 'bench', mode: 'PAPER', cash: usd('10000'), external: {}, nowMs: SLOT_MS }),
    positions: Object.fromEntries(ids.slice(0, 5).map((id) => [id, position])),
  };
}

function quoteOf(id: ProductId, close: number): Quote {
  const bid = price(close.toFixed(2));
  const ask = price((close + 0.02).toFixed(2));
  return { productId: id, bid, bidSize: quantity('1000'), ask, askSize: quantity('1000'), timeMs: SLOT_MS + 1_500 };
}

function productOf(id: ProductId): Product {
  return {
    id,
    base: id.slice(0, -4),
    quote: 'USD',
    priceIncrement: price('0.01'),
    baseIncrement: quantity('0.00000001'),
    quoteIncrement: usd('0.01'),
    baseMinSize: quantity('0.0001'),
    baseMaxSize: quantity('100000'),
    quoteMinSize: usd('1'),
    quoteMaxSize: usd('1000000'),
    quoteVolume24h: usd('50000000'),
    listedAtMs: Date.UTC(2020, 0),
    flags: ONLINE,
  };
}
