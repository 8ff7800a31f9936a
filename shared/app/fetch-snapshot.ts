import type { DecisionConfig, Universe } from '../core/cycle/decision-config.ts';
import { type BarsNeeded, callsBesideBars, otherReads } from '../core/cycle/requirements.ts';
import { fillGaps } from '../core/market/candles.ts';
import { lastClosedBarIndex } from '../core/market/interval.ts';
import type { Product, ProductId } from '../core/market/product.ts';
import type { Quote } from '../core/market/quote.ts';
import type { SymbolSnapshot } from '../core/market/snapshot.ts';
import type { Account } from '../core/portfolio/account.ts';
import { countsExternal } from '../core/portfolio/external.ts';
import { universeSymbols } from '../core/universe/members.ts';
import { type Answer, failureText, ok } from '../ports/answer.ts';
import type { KnownBars, MarketCache } from './market-cache.ts';
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

/**
 * Every symbol the universe looks at, the regime's reference, and whatever is held or on its way, ascending. Coins from before the bot are looked
 * at where they count.
 */
export function symbolsOf(
  { policy, universe }: DecisionConfig,
  account: Account,
  listed: readonly Product[],
): readonly ProductId[] {
  const held = Object.keys(account.positions) as ProductId[];
  const working = Object.values(account.working).map((order) => order.product_id);
  // Also where they have just ceased to count: what leaves the equity is told apart from a loss by its price.
  const isCounted = countsExternal(policy) || account.external_counted === true;
  const external = isCounted ? externalSymbols(account, listed, universe) : [];
  return [
    ...new Set([...universeSymbols(universe, listed), policy.regime.reference, ...held, ...working, ...external]),
  ].sort();
}

/** Only what is listed: a coin without a market here has no price either. */
function externalSymbols(
  { external, unsettled_coins }: Account,
  listed: readonly Product[],
  { discovery }: Universe,
): readonly ProductId[] {
  return listed
    .filter(({ quote }) => quote === discovery.quote_currency)
    .filter(({ base }) => Object.hasOwn(external, base) || Object.hasOwn(unsettled_coins, base))
    .map(({ id }) => id);
}

export interface FetchOrder {
  /** The symbols to read, given what the exchange lists (nothing when it does not say). */
  readonly symbolsOf: (listed: readonly Product[]) => readonly ProductId[];
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
export async function fetchMarket(ports: BarPorts, config: DecisionConfig, order: FetchOrder): Promise<FetchedMarket> {
  const { slotMs, needs, maxCalls } = order;
  const base = config.signals.interval;
  const products = await readProducts(ports);
  const productIds = order.symbolsOf(products.kind === 'ok' ? products.value : []);
  const productOf = byId(products, (product) => product.id);
  // One unknown id in the list makes the exchange refuse the quotes of all: only what it lists is asked for.
  const asked = productIds.filter((productId) => products.kind !== 'ok' || productOf.has(productId));
  const series = seriesOf(needs, asked, slotMs);
  await readBars(ports, series, base, otherReads(maxCalls, asked.length, callsBesideBars(config.policy.risk)));
  // Quotes go last: bars keep, a quote is as old as everything that was read after it.
  const quotes = await readQuotes(ports, asked);

  const quoteOf = byId(quotes.answer, (quote) => quote.productId);
  const shared = [...faultOf(products, 'products_unavailable'), ...faultOf(quotes.answer, 'quotes_unavailable')];
  const isUnread = (each: Series) => knownBars(each, ports.marketCache) === undefined;
  const isMissing = (each: Series) => each.interval === base && isUnread(each);
  const symbols = productIds.map((productId): SymbolSnapshot => {
    const own = series.filter((each) => each.productId === productId);
    return {
      productId,
      product: productOf.get(productId) ?? null,
      quote: quoteOf.get(productId) ?? null,
      candles: candlesOf(own, ports.marketCache),
      lastTradedBarIndex: lastTradedIndex(ports.marketCache.bars(productId, base), lastClosedBarIndex(slotMs, base)),
      // An unlisted symbol misses nothing: the universe leaves it out as not listed.
      faults: [...shared, ...(own.some(isMissing) ? ['candles_unavailable'] : [])],
    };
  });
  return {
    symbols,
    quotesAtMs: quotes.atMs,
    exchangeDown: downReason(products, quotes.answer),
    unreadBars: series.filter((each) => each.interval !== base && isUnread(each)).length,
  };
}

/**
 * Gapless as far as they were read. Where the newest closed bar is still to be read the series ends before it: nobody can
 * take it for newer than it is, and the regime still knows yesterday.
 */
function candlesOf(series: readonly Series[], cache: MarketCache): SymbolSnapshot['candles'] {
  return Object.fromEntries(
    series.flatMap(({ productId, interval, fromIndex, toIndex }) => {
      const known = cache.bars(productId, interval);
      if (known === undefined || known.fromIndex > fromIndex) return [];
      return [[interval, fillGaps(known.bars, fromIndex, Math.min(known.toIndex, toIndex))]];
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

/** What closed after the slot is not looked at, so it makes nothing fresh either [I9]. */
function lastTradedIndex(known: KnownBars | undefined, t: number): number | null {
  return known?.bars.index.findLast((index) => index <= t) ?? null;
}

function downReason(products: Answer<unknown>, quotes: Answer<unknown>): string | null {
  if (products.kind !== 'ok') return `products: ${failureText(products)}`;
  if (quotes.kind !== 'ok') return `quotes: ${failureText(quotes)}`;
  return null;
}
