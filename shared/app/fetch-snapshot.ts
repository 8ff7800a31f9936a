import type { DecisionConfig } from '../core/cycle/decision-config.ts';
import { TIERS } from '../core/cycle/decision-config.ts';
import { type BarsNeeded, CALLS_BESIDE_BARS } from '../core/cycle/requirements.ts';
import { type Candles, fillGaps } from '../core/market/candles.ts';
import type { Product, ProductId } from '../core/market/product.ts';
import type { Quote } from '../core/market/quote.ts';
import type { SymbolSnapshot } from '../core/market/snapshot.ts';
import type { Account } from '../core/portfolio/account.ts';
import { type Answer, failureText, ok } from '../ports/answer.ts';
import type { MarketCache } from './market-cache.ts';
import { type BarPorts, knownBars, readBars, type Series, seriesOf } from './read-bars.ts';

export interface FetchedMarket {
  readonly symbols: readonly SymbolSnapshot[];
  /** Local time when the quotes had arrived. */
  readonly quotesAtMs: number;
  /** null when quotes and products were answered; else what failed. */
  readonly exchangeDown: string | null;
  /** Series of longer intervals whose newest bars are still to be read. */
  readonly unreadBars: number;
}

const PRODUCTS_MAX_AGE_MS = 5 * 60_000;

/** Every symbol the config names plus whatever is held or on its way, ascending. */
export function symbolsOf(config: DecisionConfig, account: Account): readonly ProductId[] {
  const configured = TIERS.flatMap((tier) => config.universe.tiers[tier].symbols);
  const held = Object.keys(account.positions) as ProductId[];
  const working = Object.values(account.working).map((order) => order.product_id);
  return [...new Set([...configured, ...held, ...working])].sort();
}

export interface FetchOrder {
  readonly productIds: readonly ProductId[];
  readonly slotMs: number;
  readonly needs: readonly BarsNeeded[];
  /** Requests a cycle may make in all, retries included. */
  readonly maxCalls: number;
}

/**
 * Reads the market for one cycle: products (cached), side by side only the bars that closed since they were last read, and
 * one call for all quotes. Where the calls do not suffice for every longer interval, the rest follows in the next cycles:
 * a symbol without a strategy's bars is not shown to that strategy. What fails is named in the result; nothing fails the
 * whole.
 */
export async function fetchMarket(
  ports: BarPorts,
  config: DecisionConfig,
  { productIds, slotMs, needs, maxCalls }: FetchOrder,
): Promise<FetchedMarket> {
  const base = config.signals.interval;
  const products = await readProducts(ports);
  const productOf = byId(products, (product) => product.id);
  // One unknown id in the list makes the exchange refuse the quotes of all: only what it lists is asked for.
  const asked = productIds.filter((productId) => products.kind !== 'ok' || productOf.has(productId));
  const series = seriesOf(needs, asked, slotMs);
  await readBars(ports, series, base, otherReads(maxCalls, asked.length));
  // Quotes go last: bars keep, a quote is as old as everything that was read after it.
  const quotes = await readQuotes(ports, asked);

  const quoteOf = byId(quotes.answer, (quote) => quote.productId);
  const shared = [...faultOf(products, 'products_unavailable'), ...faultOf(quotes.answer, 'quotes_unavailable')];
  const symbols = productIds.map((productId): SymbolSnapshot => {
    const own = series.filter((each) => each.productId === productId);
    const known = own.find(({ interval }) => interval === base);
    const baseBars = known && knownBars(known, ports.marketCache);
    return {
      productId,
      product: productOf.get(productId) ?? null,
      quote: quoteOf.get(productId) ?? null,
      candles: candlesOf(own, ports.marketCache),
      lastTradedBarIndex: baseBars === undefined ? null : lastIndex(baseBars.bars),
      // An unlisted symbol misses nothing: the universe leaves it out as not listed.
      faults: [...shared, ...(known !== undefined && baseBars === undefined ? ['candles_unavailable'] : [])],
    };
  });
  return {
    symbols,
    quotesAtMs: quotes.atMs,
    exchangeDown: downReason(products, quotes.answer),
    unreadBars: series.filter((each) => each.interval !== base && knownBars(each, ports.marketCache) === undefined)
      .length,
  };
}

/** Half of what the base interval leaves: retries and the account's own calls must never run dry for a longer bar. */
function otherReads(maxCalls: number, symbols: number): number {
  return Math.floor((maxCalls - CALLS_BESIDE_BARS - symbols) / 2);
}

/** Gapless up to the newest closed bar. An interval that is still to be read is absent, never older than it seems. */
function candlesOf(series: readonly Series[], cache: MarketCache): SymbolSnapshot['candles'] {
  return Object.fromEntries(
    series.flatMap((each) => {
      const known = knownBars(each, cache);
      return known === undefined ? [] : [[each.interval, fillGaps(known.bars, each.fromIndex, each.toIndex)]];
    }),
  );
}

function faultOf(answer: Answer<unknown>, word: string): readonly string[] {
  return answer.kind === 'ok' ? [] : [word];
}

async function readProducts({ marketData, marketCache, clock }: BarPorts): Promise<Answer<readonly Product[]>> {
  const known = marketCache.products(clock.nowMs(), PRODUCTS_MAX_AGE_MS);
  if (known !== undefined) return ok(known);
  const answer = await marketData.products();
  if (answer.kind === 'ok') marketCache.putProducts(answer.value, clock.nowMs());
  return answer;
}

async function readQuotes(
  { marketData, clock }: BarPorts,
  productIds: readonly ProductId[],
): Promise<{ readonly answer: Answer<readonly Quote[]>; readonly atMs: number }> {
  const answer = await marketData.quotes(productIds);
  return { answer, atMs: clock.nowMs() };
}

function byId<Item>(answer: Answer<readonly Item[]>, idOf: (item: Item) => ProductId): ReadonlyMap<ProductId, Item> {
  return new Map(answer.kind === 'ok' ? answer.value.map((item) => [idOf(item), item]) : []);
}

function lastIndex(candles: Candles): number | null {
  return candles.length === 0 ? null : (candles.index[candles.length - 1] as number);
}

function downReason(products: Answer<unknown>, quotes: Answer<unknown>): string | null {
  if (products.kind !== 'ok') return `products: ${failureText(products)}`;
  if (quotes.kind !== 'ok') return `quotes: ${failureText(quotes)}`;
  return null;
}
