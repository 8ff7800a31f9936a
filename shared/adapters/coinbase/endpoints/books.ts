import { isProductId, type ProductId } from '../../../core/market/product.ts';
import type { Quote } from '../../../core/market/quote.ts';
import type { Price, Quantity } from '../../../core/money/fixed.ts';
import { type Answer, failureText, ok } from '../../../ports/answer.ts';
import type { CoinbaseClient } from '../client.ts';
import { readEach } from '../read-each.ts';
import { childrenOf, DecodeError, pathOf, requiredText, requiredTimeMs, textOf, type Wire, wireOf } from '../wire.ts';
import { exactOf } from '../wire-money.ts';

export interface BookLevel {
  readonly price: Price;
  readonly size: Quantity;
}

/** Best first on both sides; a side may be empty. */
export interface OrderBook {
  readonly productId: ProductId;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** The exchange's own timestamp. */
  readonly timeMs: number;
}

/**
 * Best bid and ask of all asked products in one request. It has no public twin. One id that is not listed any more has the
 * whole request refused: then the books of all products are asked for, so that it cannot blind the bot to the others.
 */
export async function bestBidAsk(
  client: CoinbaseClient,
  productIds: readonly ProductId[],
): Promise<Answer<readonly Quote[]>> {
  const answer = await quotesOf(client, productIds, productIds);
  if (answer.kind !== 'refused' || answer.status === 403) return answer;
  client.noteAnomaly(`all quotes asked for: ${failureText(answer)}`);
  return quotesOf(client, [], productIds);
}

/** `named` is what the request names (nothing: all products), `wanted` what is taken from the reply. */
function quotesOf(
  client: CoinbaseClient,
  named: readonly ProductId[],
  wanted: readonly ProductId[],
): Promise<Answer<readonly Quote[]>> {
  return client.send({
    operation: 'quotes',
    method: 'GET',
    path: '/best_bid_ask',
    query: named.map((id) => ['product_ids', id] as const),
    surface: 'private',
    effect: 'read',
    decode(reply) {
      const ids = new Set<string>(wanted);
      const rows = childrenOf(wireOf(reply, 'reply'), 'pricebooks').filter((row) => {
        const id = textOf(row, 'product_id');
        return id === '' || ids.has(id) || ids.has(twinOf(id));
      });
      const books = readEach(rows, bookOf, (fault) => client.noteAnomaly(`quote left out: ${fault}`));
      return ok(wanted.flatMap((id) => bookFor(id, books)).flatMap(twoSided));
    },
  });
}

/** The same from public books, one request a product, side by side under the public rate limit. */
export async function publicQuotes(
  client: CoinbaseClient,
  productIds: readonly ProductId[],
): Promise<Answer<readonly Quote[]>> {
  const answers = await Promise.all(productIds.map((id) => productBook(client, id, 1)));
  const failures = answers.filter((answer) => answer.kind !== 'ok');
  // One that is not listed any more is left out like a product without a book; when all fail, that is the answer.
  const fatal = failures.find(({ kind }) => kind !== 'refused');
  const standing = failures.length === answers.length ? failures[0] : fatal;
  if (standing !== undefined) return standing;
  for (const failure of failures) client.noteAnomaly(`quote left out: ${failureText(failure)}`);
  return ok(answers.flatMap((answer) => (answer.kind === 'ok' ? twoSided(answer.value) : [])));
}

export function productBook(client: CoinbaseClient, productId: ProductId, levels: number): Promise<Answer<OrderBook>> {
  return client.send({
    operation: 'book',
    method: 'GET',
    path: `${client.hasKey ? '' : '/market'}/product_book`,
    query: [
      ['product_id', productId],
      ['limit', String(levels)],
    ],
    surface: client.hasKey ? 'private' : 'public',
    effect: 'read',
    decode(reply) {
      const book = bookOf(wireOf(wireOf(reply, 'reply').fields['pricebook'], 'reply.pricebook'));
      const [found] = bookFor(productId, [book]);
      if (found === undefined) throw new DecodeError(`a book of ${book.productId} came back`);
      return ok(found);
    },
  });
}

/** An alias shares its book: X-USDC may be answered as X-USD. No other pair of the same coin has the same price. */
function bookFor(productId: ProductId, books: readonly OrderBook[]): readonly OrderBook[] {
  const found =
    books.find((book) => book.productId === productId) ?? books.find((book) => book.productId === twinOf(productId));
  return found === undefined ? [] : [{ ...found, productId }];
}

function twinOf(id: string): string {
  if (id.endsWith('-USDC')) return id.slice(0, -1);
  return id.endsWith('-USD') ? `${id}C` : id;
}

function bookOf(row: Wire): OrderBook {
  const id = requiredText(row, 'product_id');
  if (!isProductId(id)) throw new DecodeError(`${pathOf(row, 'product_id')} is not a spot pair: ${id}`);
  return {
    productId: id,
    bids: levelsOf(row, 'bids').sort((a, b) => compare(b.price, a.price)),
    asks: levelsOf(row, 'asks').sort((a, b) => compare(a.price, b.price)),
    timeMs: requiredTimeMs(row, 'time'),
  };
}

/** A level without a size or a price offers nothing. */
function levelsOf(row: Wire, side: string): BookLevel[] {
  return childrenOf(row, side)
    .map((level) => ({ price: exactOf<'usd-per-base'>(level, 'price'), size: exactOf<'base'>(level, 'size') }))
    .filter(({ price, size }) => price > 0n && size > 0n);
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function twoSided({ productId, bids, asks, timeMs }: OrderBook): readonly Quote[] {
  const [bid] = bids;
  const [ask] = asks;
  if (bid === undefined || ask === undefined) return [];
  return [{ productId, bid: bid.price, bidSize: bid.size, ask: ask.price, askSize: ask.size, timeMs }];
}
