import { sizeEntry } from '../execution/sizing.ts';
import { exitReason } from '../exits/exit-kit.ts';
import { protectionAt } from '../exits/protection.ts';
import { type Product, type ProductId, permissionsOf } from '../market/product.ts';
import type { Quote } from '../market/quote.ts';
import { stalenessOf, usableQuote } from '../market/staleness.ts';
import { add, notional, portion, ratioFromPct, subtract, ZERO_QUANTITY, ZERO_USD } from '../money/fixed.ts';
import type { Account, ShadowBook } from '../portfolio/account.ts';
import { cautiousMark, type Mark } from '../portfolio/valuation.ts';
import type { OrderDraft } from '../risk/rule.ts';
import { conviction } from '../risk/rules/conviction.ts';
import { minNotional } from '../risk/rules/min-notional.ts';
import { proposalBounds } from '../risk/rules/proposal-bounds.ts';
import type { RiskView } from '../risk/view.ts';
import type { TradeProposal } from '../strategies/strategy.ts';

/** The account is one item of limited size: no book holds more than this, whatever the policy would let be open. */
const MOST_OPEN = 20;
/** After so many longest holding times without a price, a position is given up: it would block its place for ever. */
const PATIENCE = 2;

/**
 * The paper score of the strategies without authority, one cycle on: what would be sold is sold, then what they proposed
 * is bought. It is read by nobody who decides. Under a gate that stops everything it stands still, as the bot does. A
 * strategy that has authority, or is off, has no book; the next one begins anew.
 */
export function nextShadowBooks(proposals: readonly TradeProposal[], view: RiskView): Account['shadow'] {
  const { strategy } = view.config.signals;
  const isHalted = view.gates.some(({ blocks }) => blocks === 'all');
  const names = Object.keys(strategy).filter((name) => strategy[name]?.enabled && strategy[name].shadow);
  return Object.fromEntries(
    names.map((name) => {
      const book = view.account.shadow[name] ?? newBook(view.snapshot.slotMs);
      const own = proposals.filter((proposal) => proposal.strategy === name);
      return [name, isHalted ? book : nextBook(book, own, view)];
    }),
  );
}

function newBook(since_ms: number): ShadowBook {
  const sums = { notional: ZERO_USD, cost: ZERO_USD, proceeds: ZERO_USD, fees: ZERO_USD };
  return { since_ms, open: {}, closed: 0, wins: 0, ...sums, unscored: 0 };
}

function nextBook(book: ShadowBook, proposals: readonly TradeProposal[], view: RiskView): ShadowBook {
  const held = (Object.keys(book.open) as ProductId[]).sort();
  const wanted = new Set(proposals.filter(({ side }) => side === 'SELL').map(({ symbol }) => symbol));
  const afterExits = held.reduce((now, symbol) => afterExit(now, symbol, wanted.has(symbol), view), book);
  return proposals
    .filter(({ side, symbol }) => side === 'BUY' && !held.includes(symbol))
    .reduce((now, proposal) => afterEntry(now, proposal, view), afterExits);
}

/** At the bid as it is, also where it has fallen through the stop; a jump out of all proportion fetches no more than a close. */
function afterExit(book: ShadowBook, symbol: ProductId, isWanted: boolean, view: RiskView): ShadowBook {
  const { [symbol]: held, ...open } = book.open;
  const position = held as ShadowBook['open'][ProductId];
  const { snapshot, config } = view;
  const maxHoldMs = config.policy.exits.max_hold_hours * 3_600_000;
  const market = marketOf(symbol, 'sell', view);
  if (market === null) {
    const isLost = snapshot.asOfMs - position.opened_at_ms >= PATIENCE * maxHoldMs;
    return isLost ? { ...book, open, unscored: book.unscored + 1 } : book;
  }
  const bid = (cautiousMark(view.symbols.get(symbol), snapshot, config.policy.data) as Mark).bid;
  const levels = { stop: position.stop_price, trailing: null };
  if (!isWanted && exitReason(position, levels, bid, snapshot.asOfMs, maxHoldMs) === null) return book;
  const value = notional(position.quantity, bid, 'down');
  const fee = portion(value, snapshot.fees.taker, 'up');
  const fetched = subtract(value, fee);
  return {
    ...book,
    open,
    closed: book.closed + 1,
    wins: book.wins + (fetched > position.cost ? 1 : 0),
    notional: add(book.notional, subtract(position.cost, position.fee)),
    cost: add(book.cost, position.cost),
    proceeds: add(book.proceeds, fetched),
    fees: add(book.fees, add(position.fee, fee)),
  };
}

/** At the ask and the slippage budget of the tier above it, for the taker's fee: what the bot expects of its own entries. */
function afterEntry(book: ShadowBook, proposal: TradeProposal, view: RiskView): ShadowBook {
  const { symbol } = proposal;
  const { config, snapshot, universe, equity } = view;
  const mostOpen = Math.min(MOST_OPEN, config.policy.risk.max_open_positions);
  const market = marketOf(symbol, 'buy', view);
  const tier = universe.get(symbol)?.tier;
  if (market === null || tier === undefined || Object.keys(book.open).length >= mostOpen) return book;
  const { product, quote } = market;
  const sized = sizeEntry(
    portion(equity, ratioFromPct(proposal.notional_pct), 'down'),
    config.policy.execution.slippage_budget_bps[tier],
    { product, quote, takerFee: snapshot.fees.taker },
  );
  if (sized.problem !== null || isRefused(draftOf(proposal, sized), view)) return book;
  const position = {
    quantity: sized.quantity,
    cost: sized.reserved,
    fee: sized.fee,
    opened_at_ms: snapshot.asOfMs,
    ...protectionAt(quote.ask, product.priceIncrement, proposal),
  };
  return { ...book, open: { ...book.open, [symbol]: position } };
}

/**
 * What risk refuses whatever the account holds. Caps, cooldowns and budgets are left out, for they would tell about the
 * bot's own positions; fee_edge is, because the score itself shows whether the costs are earned.
 */
function isRefused(draft: OrderDraft, view: RiskView): boolean {
  return [proposalBounds, conviction, minNotional].some((rule) => rule.judge(draft, view).kind !== 'allow');
}

function draftOf(proposal: TradeProposal, sized: OrderDraft['sized']): OrderDraft {
  const { symbol, strategy, reason } = proposal;
  return {
    symbol,
    side: 'BUY',
    purpose: 'entry',
    strategy,
    reason,
    proposal,
    agreedBy: [strategy],
    budget: sized.reserved,
    quantity: ZERO_QUANTITY,
    records: [],
    sized,
  };
}

/** Where an order could have been sent now; else the book waits, as the bot would have to. */
function marketOf(
  symbol: ProductId,
  side: 'buy' | 'sell',
  { symbols, snapshot, config }: RiskView,
): { readonly product: Product; readonly quote: Quote } | null {
  const known = symbols.get(symbol);
  const quote = usableQuote(known);
  if (known === undefined || known.product === null || quote === null) return null;
  if (!permissionsOf(known.product.flags)[side]) return null;
  if (stalenessOf(known, snapshot.asOfMs, snapshot.baseInterval, config.policy.data) !== null) return null;
  return { product: known.product, quote };
}
