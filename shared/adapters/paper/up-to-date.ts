import { type Bar, barAt, type Candles } from '../../core/market/candles.ts';
import { barStartMs } from '../../core/market/interval.ts';
import type { ProductId } from '../../core/market/product.ts';
import { type Answer, type ExchangeFailure, isNotFound, ok } from '../../ports/answer.ts';
import { type BarsSeen, type Span, settledAt, spansBehind, withBars, withEnded } from './advance.ts';
import type { BookStore, Change } from './book-store.ts';
import { slippageRatio } from './market-view.ts';
import type { PaperBook } from './paper-book.ts';
import type { PaperExchangeParts } from './parts.ts';

/** A read of the book, or a change of it, after its resting orders met every bar that has closed. */
export type Look = <Value>(edit: (book: PaperBook) => Change<Value>) => Promise<Answer<Value>>;

/** The exchange lists a bar a moment after its close: until then its absence does not mean that nothing traded. */
const LATE_BAR_MS = 10_000;

/** In one look: 25 hours. After a longer silence the next looks go on from there, and until then there is no answer. */
const MAX_PAGES = 5;

/**
 * Resting orders meet the closed minute bars of the market, because a quote at the time of a look misses what traded
 * between two looks. A minute costs one call for each product in which an order rests, and none where nothing does: the
 * newest bar is met at once, and once more with the one after it, because the exchange may still correct it. An order takes part from the first bar that begins after it was accepted to the last one that closes before its end.
 * Without the bars there is no truth to tell: their failure is the answer. Only of a product that is gone there are none.
 */
export function lookWith(parts: PaperExchangeParts, store: BookStore): Look {
  return (edit) => lookAgain(parts, store, edit, [], MAX_PAGES);
}

async function lookAgain<Value>(
  parts: PaperExchangeParts,
  store: BookStore,
  edit: (book: PaperBook) => Change<Value>,
  asked: readonly Span[],
  pagesLeft: number,
): Promise<Answer<Value>> {
  const nowMs = parts.clock.nowMs();
  const outcome = await store.change(nowMs, (book) => editIfReady(book, nowMs, asked, edit));
  if (outcome === undefined) return BUSY;
  const tried = outcome.value;
  if (tried.kind === 'done') return ok(tried.value);
  if (pagesLeft === 0) return CATCHING_UP;
  const failure = await meetBars(parts, store, tried.spans);
  return failure ?? lookAgain(parts, store, edit, [...asked, ...tried.spans], pagesLeft - 1);
}

const BUSY: ExchangeFailure = { kind: 'unavailable', message: 'the paper book is being written by others' };
const CATCHING_UP: ExchangeFailure = { kind: 'unavailable', message: 'the paper book is catching up with the market' };

type Tried<Value> =
  | { readonly kind: 'behind'; readonly spans: readonly Span[] }
  | { readonly kind: 'done'; readonly value: Value };

function editIfReady<Value>(
  book: PaperBook,
  nowMs: number,
  asked: readonly Span[],
  edit: (book: PaperBook) => Change<Value>,
): Change<Tried<Value>> {
  const spans = spansBehind(book, nowMs).filter((span) => !isAnswered(span, asked));
  if (spans.length > 0) return { book, value: { kind: 'behind', spans } };
  const { book: after, value } = edit(withEnded(book, nowMs));
  return { book: after, value: { kind: 'done', value } };
}

/** The bar that is missing is not there yet: asking again at once would not bring it. */
function isAnswered({ productId, toIndex }: Span, asked: readonly Span[]): boolean {
  return asked.some((span) => span.productId === productId && span.toIndex >= toIndex);
}

async function meetBars(
  { marketData, clock, fees, slippageBps }: PaperExchangeParts,
  store: BookStore,
  spans: readonly Span[],
): Promise<ExchangeFailure | null> {
  const answers = await Promise.all(
    spans.map(({ productId, fromIndex, toIndex }) => marketData.candles(productId, '1m', fromIndex, toIndex)),
  );
  const nowMs = clock.nowMs();
  const seen = new Map<ProductId, BarsSeen>();
  for (const [position, span] of spans.entries()) {
    const answer = answers[position] as Answer<Candles>;
    if (answer.kind === 'ok') seen.set(span.productId, seenIn(span, barsOf(answer.value), nowMs));
    else if (isNotFound(answer)) seen.set(span.productId, goneFrom(span));
    else return answer;
  }
  const rules = { takerRate: fees.taker, slippage: slippageRatio(slippageBps), nowMs };
  const outcome = await store.change(nowMs, (book) => ({ book: withBars(book, seen, rules), value: null }));
  return outcome === undefined ? BUSY : null;
}

function seenIn({ toIndex }: Span, bars: readonly Bar[], nowMs: number): BarsSeen {
  const mayBeLate = nowMs - barStartMs(toIndex + 1, '1m') < LATE_BAR_MS;
  const isMissing = bars.at(-1)?.index !== toIndex;
  return { bars, knownTo: mayBeLate && isMissing ? toIndex - 1 : toIndex, settledTo: settledAt(nowMs) };
}

/** Renamed or taken off the exchange: nothing trades there, and its bars are still to be met should it come back. */
function goneFrom({ toIndex }: Span): BarsSeen {
  return { bars: [], knownTo: toIndex, settledTo: Number.NEGATIVE_INFINITY };
}

function barsOf(candles: Candles): readonly Bar[] {
  return Array.from({ length: candles.length }, (_, position) => barAt(candles, position) as Bar);
}
