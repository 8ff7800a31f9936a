import { openOrLoad } from '../../shared/app/open-account.ts';
import { placeOrder } from '../../shared/app/place-order.ts';
import type { CyclePorts, CycleSettings } from '../../shared/app/ports.ts';
import { publishOutbox } from '../../shared/app/publish-outbox.ts';
import { updateAccount } from '../../shared/app/update-account.ts';
import { clientOrderId } from '../../shared/core/execution/client-order-id.ts';
import type { Candidate } from '../../shared/core/integrator/candidate.ts';
import type { Product, ProductId } from '../../shared/core/market/product.ts';
import type { Quote } from '../../shared/core/market/quote.ts';
import { ALL_CLEAR, type MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import { type Price, ratio, usd, ZERO_QUANTITY } from '../../shared/core/money/fixed.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import { reserve } from '../../shared/core/portfolio/ledger.ts';
import type { ApprovedOrder } from '../../shared/core/risk/approved-order.ts';
import { assess } from '../../shared/core/risk/assess.ts';
import { cash } from '../../shared/core/risk/rules/cash.ts';
import { frozen } from '../../shared/core/risk/rules/frozen.ts';
import { gates } from '../../shared/core/risk/rules/gates.ts';
import { minNotional } from '../../shared/core/risk/rules/min-notional.ts';
import { productDisabled } from '../../shared/core/risk/rules/product-disabled.ts';
import { type RiskView, withApproved } from '../../shared/core/risk/view.ts';
import { UserError } from '../user-error.ts';

/** A drill is about stopping, so what makes an entry wise is not asked; money, gates and the exchange's limits are. */
const RULES = [gates, frozen, productDisabled, minNotional, cash] as const;
const BUDGET = usd('40');
/** So far below the market nothing fills while the drill lasts. */
const BELOW = { numerator: 90n, denominator: 100n };

/** Puts `count` resting buys on the exchange through assess, reservation, outbox, claim and POST, like any other order. */
export async function placeRestingOrders(
  ports: CyclePorts,
  settings: CycleSettings,
  count: number,
): Promise<readonly string[]> {
  const opened = await openOrLoad(ports, settings, 0);
  if (opened.kind !== 'open') throw new UserError(`the drill cannot begin: ${opened.detail}`);
  const view = await viewOf(ports, settings, opened.account);
  const orders = approve(view, settings, count);
  const updated = await updateAccount(ports.accounts, (account) => reserve(account, orders));
  if (updated.kind === 'fenced') throw new UserError('the drill cannot begin: another instance holds the account');
  await publishOutbox(ports, settings, updated.account, updated.account.fence);
  for (const { client_order_id, slot_ms } of orders) {
    const outcome = await placeOrder(ports, settings, { client_order_id, slot_ms });
    if (outcome.kind !== 'working') {
      const why = 'reason' in outcome ? `: ${outcome.reason}` : '';
      throw new UserError(`the drill cannot begin: ${client_order_id} does not rest (${outcome.kind}${why})`);
    }
  }
  return orders.map(({ client_order_id }) => client_order_id);
}

function approve(start: RiskView, { config }: CycleSettings, count: number): readonly ApprovedOrder[] {
  const symbols = [...start.symbols.keys()];
  const orders: ApprovedOrder[] = [];
  let view = start;
  for (let i = 0; orders.length < count; i += 1) {
    const symbol = symbols[i % symbols.length];
    if (symbol === undefined || i >= count * 4) throw new UserError('the market does not carry so many resting orders');
    const ordinal = 1 + Math.floor(i / symbols.length);
    const id = clientOrderId(config.botId, symbol, view.snapshot.slotMs, 'entry', ordinal);
    const assessment = assess(candidateFor(symbol), view, RULES, id);
    if (assessment.kind === 'rejected') continue;
    orders.push(assessment.order);
    view = withApproved(view, assessment.order);
  }
  return orders;
}

function candidateFor(symbol: ProductId): Candidate {
  const base = { symbol, side: 'BUY', purpose: 'entry', strategy: 'kill-drill', reason: 'drill' } as const;
  return { ...base, proposal: null, agreedBy: [], budget: BUDGET, quantity: ZERO_QUANTITY, records: [] };
}

async function viewOf(ports: CyclePorts, { config }: CycleSettings, account: Account): Promise<RiskView> {
  const products = await ports.marketData.products();
  if (products.kind !== 'ok') throw new UserError(`the drill cannot begin: products: ${products.message}`);
  const listed = products.value.filter(({ quote, flags }) => quote === 'USD' && !flags.isDisabled);
  const quotes = await ports.marketData.quotes(listed.map(({ id }) => id));
  if (quotes.kind !== 'ok') throw new UserError(`the drill cannot begin: quotes: ${quotes.message}`);
  const snapshot = snapshotOf(ports.clock.nowMs(), config.signals.interval, listed, quotes.value);
  const equity = account.cash;
  const anchor = { start_ms: 0, equity };
  return {
    config,
    snapshot,
    symbols: new Map(snapshot.symbols.map((symbol) => [symbol.productId, symbol])),
    universe: new Map(),
    gates: [],
    regime: { name: 'chop', multiplier: ratio('1'), source: 'override', figures: null },
    multiplier: ratio('1'),
    equity,
    marks: { high_water_mark: equity, day: anchor, week: anchor, peaks: {} },
    account,
    exposure: [],
  };
}

function snapshotOf(
  nowMs: number,
  baseInterval: MarketSnapshot['baseInterval'],
  products: readonly Product[],
  quotes: readonly Quote[],
): MarketSnapshot {
  const symbols = products.flatMap((product) => {
    const quote = quotes.find(({ productId }) => productId === product.id);
    if (quote === undefined) return [];
    const lowered = { ...quote, bid: below(quote.bid), ask: below(quote.ask) };
    const rest = { candles: {}, lastTradedBarIndex: null, faults: [] };
    return [{ productId: product.id, product, quote: lowered, ...rest }];
  });
  return {
    slotMs: Math.floor(nowMs / 60_000) * 60_000,
    asOfMs: nowMs,
    baseInterval,
    symbols,
    fees: { maker: ratio('0.006'), taker: ratio('0.012'), source: 'config' },
    conditions: ALL_CLEAR,
  };
}

function below(price: Price): Price {
  return ((price * BELOW.numerator) / BELOW.denominator) as Price;
}
