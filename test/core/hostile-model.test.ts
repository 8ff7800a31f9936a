import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { applyChanges } from '../../shared/core/cycle/apply-changes.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import type { Decision } from '../../shared/core/cycle/decision.ts';
import type { DecisionConfig, Regime, Tier } from '../../shared/core/cycle/decision-config.ts';
import { REGIMES } from '../../shared/core/cycle/tiers.ts';
import { withdrawUnsent } from '../../shared/core/cycle/withdraw-entries.ts';
import { step as moved, readyRecord } from '../../shared/core/execution/order-step.ts';
import { successorOf } from '../../shared/core/execution/routing.ts';
import { claim } from '../../shared/core/execution/sendable-order.ts';
import { termsFor } from '../../shared/core/execution/terms-for.ts';
import { ONLINE, type Product, type ProductId } from '../../shared/core/market/product.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../../shared/core/market/snapshot.ts';
import { usableQuote } from '../../shared/core/market/staleness.ts';
import { price, type Quantity, quantity, ratio, toNumber, usd } from '../../shared/core/money/fixed.ts';
import type { Account, Position, WorkingOrder } from '../../shared/core/portfolio/account.ts';
import { withExternal } from '../../shared/core/portfolio/flows.ts';
import { annotate, bookFill, giveWay, recordFlow, release, reserve } from '../../shared/core/portfolio/ledger.ts';
import type { StrategyModule } from '../../shared/core/strategies/strategy.ts';
import { randomFrom, SHORT_COOLDOWNS, SYMBOLS, walk } from './random-world.ts';
import { accountOf, candlesTo, configOf, SLOT_MS, snapshotOf, symbolOf, T } from './world.ts';
import { uncovered } from './worst-case.ts';

/**
 * Whole cycles in a hostile market: bad ticks, crossed and one-sided books, products that stop trading or vanish, grids and
 * fees that change, regimes and conditions that turn, deposits, and strategies that all want everything. Entries rest and are
 * followed by their next orders. What is checked is counted here by hand in plain numbers.
 */
const STEPS = 150;
const LIVES = 60;
const MINUTE_MS = 60_000;
const NAMES = ['donchian-breakout', 'time-series-momentum'] as const;

const MOST_OPEN = 3;

/** Wants to buy whatever it is shown, and now and then to leave what it holds. */
function greedy(name: string): StrategyModule {
  return {
    name,
    params: z.looseObject({}),
    bind: () => ({
      name,
      warmupBars: 5,
      generateProposals: ({ symbols, slotMs }) => ({
        state: null,
        proposals: symbols.flatMap((symbol, i) => {
          if (symbol.isHeld && (slotMs / MINUTE_MS + i) % 7 !== 0) return [];
          return {
            symbol: symbol.productId,
            side: symbol.isHeld ? ('SELL' as const) : ('BUY' as const),
            notional_pct: symbol.baseSizePct,
            stop_loss_pct: 4,
            take_profit_pct: 8,
            conviction: 0.4 + ((slotMs / MINUTE_MS + i) % 6) / 10,
            strategy: name,
            reason: 'greed',
            trigger: {},
          };
        }),
      }),
    }),
  };
}
const modules = Object.fromEntries(NAMES.map((name) => [name, greedy(name)]));

const HOLDINGS = ['ignore', 'count', 'manage'] as const;
type Holdings = (typeof HOLDINGS)[number];

const configFor = (external_holdings: Holdings, override: Regime): DecisionConfig =>
  configOf({
    policy: {
      external_holdings,
      regime: { override },
      risk: {
        max_open_positions: MOST_OPEN,
        max_drawdown_pct: 60,
        loss_streak_pause_minutes: 1,
        cooldown_minutes: 1,
      },
      exits: { trailing_stop_pct: 6, max_hold_hours: 0.5, exchange_protection: 'none' },
      execution: { entry_route: 'maker_first', maker: { max_reprices: 1 } },
    },
    signals: {
      strategy: {
        'donchian-breakout': { max_strategy_at_risk_pct: 7, max_trades_per_cycle_per_strategy: 2 },
        'time-series-momentum': { enabled: true, max_strategy_at_risk_pct: 6, max_trades_per_cycle_per_strategy: 2 },
      },
    },
  });
const configs = new Map(
  HOLDINGS.flatMap((holdings) =>
    REGIMES.map((regime) => [`${holdings} ${regime}`, configFor(holdings, regime)] as const),
  ),
);

interface Life {
  readonly random: () => number;
  readonly closes: Map<ProductId, readonly number[]>;
  account: Account;
  regime: Regime;
  holdings: Holdings;
  fee: string;
  /** What came in from outside, less what left; coins that were taken over at what they fetched. */
  paidIn: number;
  step: number;
}

const seen = {
  entries: 0,
  exits: 0,
  legs: 0,
  fills: 0,
  withdrawn: 0,
  stopped: 0,
  adopted: 0,
  reasons: new Set<string>(),
};

it('[I3] [I4] [I5] [REQ-E1] [REQ-E2] [REQ-U2] [REQ-STR3] caps hold, and money is neither made nor lost, in a hostile market', {
  timeout: 120_000,
}, () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
      const life = born(seed);
      for (life.step = 0; life.step < STEPS; life.step += 1) {
        const fault = lived(life);
        if (fault !== null) throw new Error(`step ${life.step}: ${fault}`);
      }
    }),
    { numRuns: LIVES },
  );
  // A life in which nothing ever happens would prove nothing.
  expect(seen.entries).toBeGreaterThan(500);
  expect(seen.exits).toBeGreaterThan(200);
  expect(seen.legs).toBeGreaterThan(200);
  expect(seen.fills).toBeGreaterThan(500);
  expect(seen.withdrawn).toBeGreaterThan(50);
  expect(seen.adopted).toBeGreaterThan(30);
  for (const reason of ['strategy_cap', 'outlier', 'product_disabled', 'not_listed', 'max_open_positions', 'cooldown'])
    expect(seen.reasons).toContain(reason);
});

function born(seed: number): Life {
  const random = randomFrom(seed);
  const closes = new Map(SYMBOLS.map((id) => [id, walk(random, 40)] as const));
  const holdings = HOLDINGS[seed % HOLDINGS.length] as Holdings;
  return { random, closes, account: accountOf(), regime: 'chop', holdings, fee: '0.006', paidIn: 0, step: 0 };
}

function lived(life: Life): string | null {
  turn(life);
  const config = configs.get(`${life.holdings} ${life.regime}`) as DecisionConfig;
  const snapshot = marketNow(life);
  const decision = decide(snapshot, life.account, config, modules);
  noteReasons(decision);
  noteAdoptions(life, decision);
  const kept = withdrawUnsent(applyChanges(life.account, decision.account_changes), decision);
  seen.withdrawn += Object.keys(life.account.working).length - Object.keys(kept.working).length;
  const after = reserve(kept, decision.orders);
  const fault = orderFault(decision, after, snapshot, config) ?? uncovered(after, SYMBOLS);
  if (fault !== null) return fault;
  life.account = Object.values(after.working).reduce((account, order) => worked(life, account, order, snapshot), after);
  return unbalanced(life);
}

/** What changes between two cycles beside prices. */
function turn(life: Life): void {
  const { random } = life;
  if (random() < 0.05) life.regime = REGIMES[Math.floor(random() * REGIMES.length)] as Regime;
  if (random() < 0.05) life.fee = ['0', '0.006', '0.012'][Math.floor(random() * 3)] as string;
  if (random() < 0.02) flow(life, random() < 0.5 ? 700 : -300);
  if (random() < 0.1) coinsCome(life, SYMBOLS[Math.floor(random() * SYMBOLS.length)] as ProductId);
}

/** Between 10 and 210 dollars' worth, of a coin that the bot may hold too. */
function coinsCome(life: Life, id: ProductId): void {
  const close = life.closes.get(id)?.at(-1) as number;
  const size = quantity(((10 + 200 * life.random()) / close).toFixed(4));
  life.account = withExternal(life.account, id.slice(0, -4), size);
}

function noteAdoptions(life: Life, { account_changes: { adoptions } }: Decision): void {
  seen.adopted += adoptions.length;
  const lots = adoptions.flatMap(({ position }) => position.lots);
  life.paidIn += lots.reduce((sum, { cost }) => sum + toNumber(cost), 0);
}

function noteReasons({ assessments, reasons, orders }: Decision): void {
  for (const { risk_reason } of assessments) if (risk_reason !== null) seen.reasons.add(risk_reason);
  for (const { reason } of reasons) seen.reasons.add(reason);
  seen.entries += orders.filter(({ side }) => side === 'BUY').length;
  seen.exits += orders.filter(({ side }) => side === 'SELL').length;
}

function flow(life: Life, amount: number): void {
  if (toNumber(life.account.cash) + amount < 2_000) return;
  life.account = recordFlow(life.account, usd(String(amount)), nowMs(life));
  life.paidIn += amount;
}

function nowMs({ step }: Life): number {
  return SLOT_MS + step * MINUTE_MS + 1_000;
}

function marketNow(life: Life): MarketSnapshot {
  const slotMs = SLOT_MS + life.step * MINUTE_MS;
  const symbols = SYMBOLS.map((id) => symbolNow(life, id));
  const killed = life.random() < 0.01 ? 'drill' : null;
  const ledgerBreak = life.random() < 0.01 ? 'cash' : null;
  const fees = { maker: ratio(life.fee), taker: ratio(life.fee), source: 'account' } as const;
  return snapshotOf(symbols, { slotMs, asOfMs: nowMs(life), fees, conditions: { killed, ledgerBreak } });
}

function symbolNow(life: Life, id: ProductId): SymbolSnapshot {
  const { random } = life;
  const closes = [...(life.closes.get(id) ?? []).slice(-39), ...walk(random, 1, life.closes.get(id)?.at(-1))];
  life.closes.set(id, closes);
  const close = closes.at(-1) as number;
  const luck = random();
  const tick = luck < 0.03 ? 4 : luck < 0.06 ? 0.25 : 1;
  const sides = { bid: close * tick * 0.9996, ask: close * tick * 1.0004 };
  if (luck > 0.97) sides.bid = sides.ask * 1.01;
  if (luck > 0.985) sides.ask = 0;
  const last = T + life.step - (random() < 0.05 ? 3 : 0);
  const symbol = symbolOf(id, {
    candles: { '1m': candlesTo(T + life.step, closes) },
    lastTradedBarIndex: last,
    quote: { bid: price(sides.bid.toFixed(2)), ask: price(sides.ask.toFixed(2)), timeMs: nowMs(life) - 500 },
    product: productNow(life),
  });
  return random() < 0.02 ? { ...symbol, product: null, quote: null } : symbol;
}

function productNow({ random }: Life): Partial<Product> {
  const flag = (['cancelOnly', 'postOnly', 'limitOnly', 'auctionMode', 'tradingDisabled'] as const)[
    Math.floor(random() * 5)
  ] as 'postOnly';
  return {
    flags: random() < 0.05 ? { ...ONLINE, [flag]: true } : ONLINE,
    baseIncrement: quantity(random() < 0.1 ? '0.01' : '0.0001'),
    baseMinSize: quantity(random() < 0.1 ? '0.05' : '0.0001'),
    quoteVolume24h: usd(random() < 0.03 ? '0' : '5000000'),
  };
}

/** What an order comes to in this minute: nothing, a part or all of it, and in the end the intent's next order. */
function worked(life: Life, account: Account, order: WorkingOrder, { symbols }: MarketSnapshot): Account {
  const id = order.client_order_id;
  const luck = life.random();
  if (order.status === 'READY') return sent(life, account, order, symbols);
  if (luck < 0.3) return account;
  if (luck < 0.35) return annotate(account, id, { status: 'UNKNOWN' });
  const filled = luck < 0.65 ? filledBy(life, account, order, luck < 0.55 ? 1 : life.random()) : account;
  if (luck < 0.6 || filled.working[id] === undefined) return release(filled, id);
  return ended(life, filled, filled.working[id] as WorkingOrder);
}

function sent(life: Life, account: Account, order: WorkingOrder, symbols: readonly SymbolSnapshot[]): Account {
  const id = order.client_order_id;
  const known = symbols.find(({ productId }) => productId === order.product_id);
  const quote = usableQuote(known);
  const product = known?.product ?? null;
  const handed = { ...account, outbox: account.outbox.filter((each) => each !== id) };
  // A message that nobody has taken yet.
  if (life.random() < 0.1) return account;
  if (quote === null || product === null) return release(handed, id);
  const market = {
    product,
    quote,
    takerFee: ratio(life.fee),
    nowMs: nowMs(life),
    free: order.quantity,
    minEdgeMultiple: 0,
  };
  const sending = termsFor(order, market);
  if (sending.kind === 'refuse') {
    if (sending.reason.startsWith('stop_reached')) seen.stopped += 1;
    return release(handed, id);
  }
  return annotate(handed, id, { status: 'WORKING', order_id: id, sent_at_ms: nowMs(life) });
}

/** The order has run out; what it left is taken over. */
function ended(life: Life, account: Account, order: WorkingOrder): Account {
  const decided = { mode: 'PAPER', configHash: 'c', atMs: nowMs(life), assessment: null };
  const claimed = claim(readyRecord(order, decided), nowMs(life), 'hash');
  const accepted = claimed && moved(claimed, 'accept', nowMs(life), { orderId: order.client_order_id });
  const record = accepted && moved(accepted, 'expire', nowMs(life), { filledQuantity: order.filled });
  const next = record === undefined ? null : successorOf(record, nowMs(life) + MINUTE_MS);
  if (next !== null) seen.legs += 1;
  return giveWay(account, order.client_order_id, next);
}

function filledBy(life: Life, account: Account, order: WorkingOrder, share: number): Account {
  const left = order.quantity - order.filled;
  const size = share === 1 ? left : (left * BigInt(Math.floor(share * 1000))) / 1000n;
  if (size <= 0n) return account;
  seen.fills += 1;
  const value = toNumber(order.limit_price) * toNumber(size as Quantity);
  const fill = {
    entryId: `${order.client_order_id}-${life.step}`,
    productId: order.product_id,
    side: order.side,
    price: order.limit_price,
    quantity: size as Quantity,
    commission: usd((value * Math.min(Number(life.fee), feeReserved(order)) * 0.999).toFixed(12)),
    timeMs: nowMs(life),
  };
  return bookFill(account, fill, order, SHORT_COOLDOWNS);
}

/** The preview refuses what would cost more than was reserved. */
function feeReserved({ side, reserved, quantity: size, limit_price }: WorkingOrder): number {
  return side === 'SELL' ? 1 : toNumber(reserved) / (toNumber(size) * toNumber(limit_price)) - 1;
}

function orderFault(
  decision: Decision,
  account: Account,
  snapshot: MarketSnapshot,
  config: DecisionConfig,
): string | null {
  const bought = decision.orders.filter(({ side }) => side === 'BUY');
  if (bought.length === 0) return null;
  if (decision.gates.length > 0) return 'entered through a gate';
  const lines = [...linesOf(account, snapshot), ...(counts(config) ? ownersLines(account, snapshot) : [])];
  const open = new Set(lines.filter(({ isDust }) => !isDust).map(({ symbol }) => symbol));
  if (open.size > MOST_OPEN) return `${open.size} positions`;
  const equity = Number(decision.equity) * config.policy.regime.multipliers[decision.regime];
  for (const order of bought) {
    const broken = capsFor(order, config).find(({ pct, counts }) => sumOf(lines, counts) > equity * (pct / 100) + 1e-6);
    if (broken !== undefined) return `the cap of ${broken.name} is exceeded`;
    const flags = snapshot.symbols.find(({ productId }) => productId === order.product_id)?.product?.flags;
    if (flags !== ONLINE && flags?.limitOnly !== true) return `${order.product_id} does not trade`;
  }
  return null;
}

interface Cap {
  readonly name: string;
  readonly pct: number;
  readonly counts: (line: Line) => boolean;
}

function capsFor(
  { product_id: bought, strategy }: Pick<WorkingOrder, 'product_id' | 'strategy'>,
  config: DecisionConfig,
): readonly Cap[] {
  const { risk } = config.policy;
  const tier = tierOf(config, bought);
  const themes = Object.entries(config.universe.themes).filter(([, ids]) => ids.includes(bought));
  return [
    { name: 'all', pct: risk.max_total_at_risk_pct, counts: () => true },
    { name: bought, pct: risk.max_position_size_pct, counts: ({ symbol }) => symbol === bought },
    {
      name: tier,
      pct: config.universe.tiers[tier].max_allocation_pct,
      counts: ({ symbol }) => tierOf(config, symbol) === tier,
    },
    {
      name: strategy,
      pct: config.signals.strategy[strategy]?.max_strategy_at_risk_pct ?? 0,
      counts: (line) => line.strategy === strategy,
    },
    ...themes.map(([name, ids]) => ({
      name,
      pct: risk.max_per_theme_pct[name] ?? risk.max_theme_exposure_pct,
      counts: ({ symbol }: Line) => ids.includes(symbol),
    })),
  ];
}

function sumOf(lines: readonly Line[], counts: Cap['counts']): number {
  return lines.filter(counts).reduce((total, { amount }) => total + amount, 0);
}

interface Line {
  readonly symbol: ProductId;
  readonly strategy: string;
  readonly amount: number;
  readonly isDust: boolean;
}

/** Held at the ask, else at the last close; on its way at all it may still cost. */
function linesOf(account: Account, { symbols }: MarketSnapshot): readonly Line[] {
  const held = (Object.entries(account.positions) as [ProductId, Position][]).map(([symbol, { lots, strategy }]) => {
    const known = symbols.find(({ productId }) => productId === symbol) as SymbolSnapshot;
    const size = lots.reduce((total, lot) => total + toNumber(lot.quantity), 0);
    const { bid, ask } = pricesOf(known);
    const isDust =
      known.product !== null &&
      (size < toNumber(known.product.baseMinSize) || size * bid < toNumber(known.product.quoteMinSize));
    return { symbol, strategy, amount: size * ask, isDust };
  });
  const buying = Object.values(account.working)
    .filter(({ side }) => side === 'BUY')
    .map((order) => ({
      symbol: order.product_id,
      strategy: order.strategy,
      amount: toNumber(order.reserved) * (1 - toNumber(order.filled) / toNumber(order.quantity)),
      isDust: false,
    }));
  return [...held, ...buying];
}

function counts({ policy }: DecisionConfig): boolean {
  return policy.external_holdings !== 'ignore';
}

/** Coins from before the bot take room and are no position. */
function ownersLines({ external }: Account, { symbols }: MarketSnapshot): readonly Line[] {
  return symbols.flatMap((known) => {
    const size = external[known.productId.slice(0, -4)];
    if (size === undefined || known.product === null) return [];
    return [
      { symbol: known.productId, strategy: 'external', amount: toNumber(size) * pricesOf(known).ask, isDust: true },
    ];
  });
}

function pricesOf(known: SymbolSnapshot): { readonly bid: number; readonly ask: number } {
  const quote = usableQuote(known);
  const close = known.candles['1m']?.close.at(-1) as number;
  return quote === null ? { bid: close, ask: close } : { bid: toNumber(quote.bid), ask: toNumber(quote.ask) };
}

function tierOf({ universe }: DecisionConfig, symbol: ProductId): Tier {
  return (['T1', 'T2', 'T3'] as const).find((tier) => universe.tiers[tier].symbols.includes(symbol)) as Tier;
}

/** Cash and what positions cost are what was paid in and what was made. */
function unbalanced({ account, paidIn }: Life): string | null {
  const cost = Object.values(account.positions)
    .flatMap(({ lots }) => lots)
    .reduce((total, lot) => total + toNumber(lot.cost), 0);
  const gap = toNumber(account.cash) + cost - toNumber(account.realised_pnl) - paidIn - 10_000;
  return Math.abs(gap) < 1e-4 ? null : `the books are off by ${gap}`;
}
