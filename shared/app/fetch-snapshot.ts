import type { DecisionConfig } from '../core/cycle/decision-config.ts';
import { TIERS } from '../core/cycle/decision-config.ts';
import { type Candles, fillGaps, NO_CANDLES } from '../core/market/candles.ts';
import { type Interval, lastClosedBarIndex } from '../core/market/interval.ts';
import type { Product, ProductId } from '../core/market/product.ts';
import type { Quote } from '../core/market/quote.ts';
import type { SymbolSnapshot } from '../core/market/snapshot.ts';
import type { Account } from '../core/portfolio/account.ts';
import { type Answer, failureText, ok } from '../ports/answer.ts';
import type { Clock } from '../ports/clock.ts';
import type { MarketData } from '../ports/market-data.ts';
import { type MarketCache, mergeCandles } from './market-cache.ts';

export interface FetchedMarket {
  readonly symbols: readonly SymbolSnapshot[];
  /** Local time when the quotes had arrived. */
  readonly quotesAtMs: number;
  /** null when quotes and products were answered; else what failed. */
  readonly exchangeDown: string | null;
}

interface MarketPorts {
  readonly marketData: MarketData;
  readonly marketCache: MarketCache;
  readonly clock: Clock;
}

const PRODUCTS_MAX_AGE_MS = 5 * 60_000;

/** Every symbol the config names plus whatever is held or on its way, ascending. */
export function symbolsOf(config: DecisionConfig, account: Account): readonly ProductId[] {
  const configured = TIERS.flatMap((tier) => config.universe.tiers[tier].symbols);
  const held = Object.keys(account.positions) as ProductId[];
  const working = Object.values(account.working).map((order) => order.product_id);
  return [...new Set([...configured, ...held, ...working])].sort();
}

/**
 * Reads the market for one cycle: products (cached), side by side per symbol only the bars that closed since the last
 * cycle, and one call for all quotes (the newest known bar is read once more: a just-closed bar may still be corrected).
 * What fails is named in the result; nothing fails the whole.
 */
export async function fetchMarket(
  ports: MarketPorts,
  config: DecisionConfig,
  productIds: readonly ProductId[],
  slotMs: number,
  firstBarIndex: number,
): Promise<FetchedMarket> {
  const { interval } = config.signals;
  const window = { fromIndex: firstBarIndex, toIndex: lastClosedBarIndex(slotMs, interval) };
  const products = await readProducts(ports);
  const productOf = byId(products, (product) => product.id);
  // One unknown id in the list makes the exchange refuse the quotes of all: only what it lists is asked for.
  const isAsked = (productId: ProductId) => products.kind !== 'ok' || productOf.has(productId);
  const candles = await Promise.all(
    productIds.map((id) => (isAsked(id) ? readCandles(ports, id, interval, window) : UNLISTED)),
  );
  // Quotes go last: bars keep, a quote is as old as everything that was read after it.
  const quotes = await readQuotes(ports, productIds.filter(isAsked));

  const quoteOf = byId(quotes.answer, (quote) => quote.productId);
  const shared = [...faultOf(products, 'products_unavailable'), ...faultOf(quotes.answer, 'quotes_unavailable')];
  const symbols = productIds.map((productId, position): SymbolSnapshot => {
    const bars = candles[position] as Answer<Candles>;
    return {
      productId,
      product: productOf.get(productId) ?? null,
      quote: quoteOf.get(productId) ?? null,
      ...barsOf(bars, interval, window),
      faults: [...shared, ...faultOf(bars, 'candles_unavailable')],
    };
  });
  return { symbols, quotesAtMs: quotes.atMs, exchangeDown: downReason(products, quotes.answer) };
}

interface Window {
  readonly fromIndex: number;
  readonly toIndex: number;
}

function barsOf(
  bars: Answer<Candles>,
  interval: Interval,
  window: Window,
): Pick<SymbolSnapshot, 'candles' | 'lastTradedBarIndex'> {
  if (bars.kind !== 'ok') return { candles: {}, lastTradedBarIndex: null };
  return {
    candles: { [interval]: fillGaps(bars.value, window.fromIndex, window.toIndex) },
    lastTradedBarIndex: lastIndex(bars.value),
  };
}

function faultOf(answer: Answer<unknown>, word: string): readonly string[] {
  return answer.kind === 'ok' ? [] : [word];
}

async function readProducts({ marketData, marketCache, clock }: MarketPorts): Promise<Answer<readonly Product[]>> {
  const known = marketCache.products(clock.nowMs(), PRODUCTS_MAX_AGE_MS);
  if (known !== undefined) return ok(known);
  const answer = await marketData.products();
  if (answer.kind === 'ok') marketCache.putProducts(answer.value, clock.nowMs());
  return answer;
}

async function readQuotes(
  { marketData, clock }: MarketPorts,
  productIds: readonly ProductId[],
): Promise<{ readonly answer: Answer<readonly Quote[]>; readonly atMs: number }> {
  const answer = await marketData.quotes(productIds);
  return { answer, atMs: clock.nowMs() };
}

async function readCandles(
  { marketData, marketCache }: MarketPorts,
  productId: ProductId,
  interval: Interval,
  window: Window,
): Promise<Answer<Candles>> {
  const known = marketCache.candles(productId, interval);
  const isUsable = known !== undefined && known.length > 0 && (known.index[0] as number) <= window.fromIndex;
  const from = isUsable ? Math.max(window.fromIndex, known.index[known.length - 1] as number) : window.fromIndex;
  const answer = await marketData.candles(productId, interval, Math.min(from, window.toIndex), window.toIndex);
  if (answer.kind !== 'ok') return answer;
  const merged = mergeCandles(isUsable ? known : NO_CANDLES, answer.value, window.fromIndex);
  marketCache.putCandles(productId, interval, merged);
  return ok(merged);
}

/** Nothing to read and nothing missing: the universe leaves it out as not listed. */
const UNLISTED: Answer<Candles> = ok(NO_CANDLES);

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
