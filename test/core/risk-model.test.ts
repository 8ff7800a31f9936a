import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DecisionConfig, Regime } from '../../shared/core/cycle/decision-config.ts';
import { REGIMES } from '../../shared/core/cycle/tiers.ts';
import { dueExits } from '../../shared/core/exits/exit-kit.ts';
import { peakPrices } from '../../shared/core/exits/peak-price.ts';
import { integrate } from '../../shared/core/integrator/integrate.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../../shared/core/market/snapshot.ts';
import { price, type Quantity, ratio, toNumber, usd } from '../../shared/core/money/fixed.ts';
import type { Account, WorkingOrder } from '../../shared/core/portfolio/account.ts';
import { annotate, bookFill, recordFlow, release, reserve } from '../../shared/core/portfolio/ledger.ts';
import type { ApprovedOrder } from '../../shared/core/risk/approved-order.ts';
import { assess } from '../../shared/core/risk/assess.ts';
import { riskRules } from '../../shared/core/risk/rules.ts';
import { type RiskView, withApproved } from '../../shared/core/risk/view.ts';
import type { TradeProposal } from '../../shared/core/strategies/strategy.ts';
import { randomFrom, SHORT_COOLDOWNS, SYMBOLS } from './random-world.ts';
import { viewOf } from './risk-world.ts';
import { accountOf, configOf, SLOT_MS, symbolOf } from './world.ts';
import { exposureOf, uncovered } from './worst-case.ts';

/**
 * Integrator, exits, risk and books alone, without strategies, so that many steps are cheap: proposals of every kind and
 * size, fills in whole and in part, cancels, UNKNOWN orders, deposits, prices and regimes that jump. What is checked is
 * counted here by hand in plain numbers; a millionth of a dollar of slack for the floats.
 */
const STEPS = 500;
const LIVES = 210;
const MINUTE_MS = 60_000;
const STRATEGIES = ['donchian-breakout', 'time-series-momentum'] as const;

const PER_HOUR = 20;

const configs = Object.fromEntries(
  REGIMES.map((override) => [
    override,
    configOf({
      policy: {
        regime: { override },
        risk: {
          max_trades_per_hour: PER_HOUR,
          max_drawdown_pct: 60,
          max_position_size_pct: 8,
          loss_streak_pause_minutes: 5,
        },
        proposals: { base_position_pct: { T1: 9, T2: 9, T3: 9 } },
        exits: { trailing_stop_pct: 4, tighten_stops_in_crash: true, max_hold_hours: 6 },
      },
      // Wide enough that the caps decide and not the budgets.
      signals: {
        strategy: {
          'donchian-breakout': { max_strategy_at_risk_pct: 40 },
          'time-series-momentum': { enabled: true, max_strategy_at_risk_pct: 40 },
        },
      },
    }),
  ]),
) as Readonly<Record<Regime, DecisionConfig>>;

interface Life {
  readonly random: () => number;
  readonly mids: Map<ProductId, number>;
  account: Account;
  regime: Regime;
  step: number;
}

/** Whether the data can be trusted is not what is tested here: the bars stand still. */
const DATA_RULES: ReadonlySet<string> = new Set(['staleness', 'outlier', 'eligibility', 'price_collar']);
const rules = riskRules.filter(({ name }) => !DATA_RULES.has(name));

const seen = { steps: 0, entries: 0, exits: 0, fills: 0, unknown: 0 };

it('[I3] [I5] [REQ-E1] [REQ-E2] [REQ-U2] caps hold and nothing is sold short in a hundred thousand steps', {
  timeout: 120_000,
}, () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
      const life = born(seed);
      for (life.step = 0; life.step < STEPS; life.step += 1) {
        act(life);
        seen.steps += 1;
        const fault = uncovered(life.account, SYMBOLS);
        if (fault !== null) throw new Error(`step ${life.step}: ${fault}`);
      }
    }),
    { numRuns: LIVES },
  );
  // A life in which nothing ever happens would prove nothing.
  expect(seen.steps).toBeGreaterThanOrEqual(100_000);
  expect(seen.entries).toBeGreaterThan(3_000);
  expect(seen.exits).toBeGreaterThan(1_000);
  expect(seen.fills).toBeGreaterThan(3_000);
  expect(seen.unknown).toBeGreaterThan(1_000);
});

function born(seed: number): Life {
  const mids = new Map(SYMBOLS.map((id) => [id, 100] as const));
  return { random: randomFrom(seed), mids, account: accountOf(), regime: 'bull', step: 0 };
}

function act(life: Life): void {
  const luck = life.random();
  if (luck < 0.4) decideOnce(life);
  else if (luck < 0.45) life.regime = pick(life, REGIMES);
  else if (luck < 0.46) life.account = recordFlow(life.account, usd(luck < 0.455 ? '500' : '-200'), nowMs(life));
  else if (luck < 0.6) movePrices(life);
  else touchOrder(life, luck);
}

function decideOnce(life: Life): void {
  const view = viewNow(life);
  const peaks = peakPrices(life.account, view.snapshot, view.symbols, view.config.policy.data);
  const exits = dueExits(life.account, { ...view, regime: life.regime, peaks });
  let open = view;
  const orders: ApprovedOrder[] = [];
  for (const candidate of integrate(proposals(life), exits, view).candidates) {
    const assessment = assess(candidate, open, rules, `${life.step}-${candidate.symbol}-${candidate.purpose}`);
    if (assessment.kind === 'rejected') continue;
    orders.push(assessment.order);
    open = withApproved(open, assessment.order);
  }
  const account = reserve(life.account, orders);
  const fault = overCap(orders, account, view, life.regime) ?? tooMany(orders, account, view.snapshot);
  if (fault !== null) throw new Error(`step ${life.step}: ${fault}`);
  seen.entries += orders.filter(({ side }) => side === 'BUY').length;
  seen.exits += orders.filter(({ side }) => side === 'SELL').length;
  const { high_water_mark, day, week, peaks: highest } = view.marks;
  life.account = { ...account, high_water_mark, marks: { day, week, peaks: highest }, unsettled_flow: usd('0') };
}

function viewNow(life: Life): RiskView {
  const asOfMs = nowMs(life);
  const symbols = SYMBOLS.map((id): SymbolSnapshot => {
    const mid = life.mids.get(id) as number;
    const quote = { bid: price((mid * 0.9996).toFixed(2)), ask: price((mid * 1.0004).toFixed(2)), timeMs: asOfMs };
    return {
      ...(CALM.get(id) as SymbolSnapshot),
      quote: { ...(CALM.get(id) as SymbolSnapshot).quote, ...quote } as never,
    };
  });
  const fees = { maker: ratio('0.006'), taker: ratio('0.012'), source: 'account' } as const;
  const view = viewOf({
    account: life.account,
    config: configs[life.regime],
    symbols,
    snapshot: { slotMs: asOfMs - 2000, asOfMs, fees },
  });
  const gates = view.gates.filter(({ gate }) => gate !== 'staleness');
  return { ...view, gates };
}

const CALM: ReadonlyMap<ProductId, SymbolSnapshot> = new Map(
  SYMBOLS.map((id) => [id, symbolOf(id, { closes: [100, 100] })]),
);

function proposals(life: Life): readonly TradeProposal[] {
  const count = Math.floor(life.random() * 6);
  return Array.from({ length: count }, (): TradeProposal => {
    const symbol = pick(life, SYMBOLS);
    return {
      symbol,
      side: life.random() < 0.8 ? 'BUY' : 'SELL',
      notional_pct: life.random() * 9 - 0.2,
      stop_loss_pct: 1 + life.random() * 6,
      take_profit_pct: 2 + life.random() * 6,
      conviction: 0.2 + life.random() * 0.8,
      strategy: pick(life, STRATEGIES),
      reason: 'random',
      trigger: {},
    };
  });
}

function movePrices(life: Life): void {
  for (const id of SYMBOLS) {
    const jump = life.random() < 0.1 ? 0.15 : 0.02;
    const mid = (life.mids.get(id) as number) * (1 + (life.random() - 0.5) * 2 * jump);
    life.mids.set(id, Math.min(400, Math.max(20, mid)));
  }
}

/** One order on its way: filled, filled in part, lost from sight, seen again, or ended. */
function touchOrder(life: Life, luck: number): void {
  const orders = Object.values(life.account.working);
  if (orders.length === 0) return;
  const order = pick(life, orders);
  const id = order.client_order_id;
  if (luck < 0.66) {
    seen.unknown += 1;
    life.account = annotate(life.account, id, { status: 'UNKNOWN' });
  } else if (luck < 0.7) life.account = annotate(life.account, id, { status: 'WORKING', order_id: id });
  else if (luck < 0.76) life.account = release(life.account, id);
  else if (luck < 0.84) life.account = fill(life, order, BigInt(Math.floor(life.random() * 1000)));
  else life.account = release(fill(life, order, 1000n), id);
}

function fill(life: Life, order: WorkingOrder, thousandths: bigint): Account {
  const left = order.quantity - order.filled;
  const size = (left * thousandths) / 1000n;
  if (size <= 0n) return life.account;
  seen.fills += 1;
  const commission = usd((toNumber(order.limit_price) * toNumber(size as Quantity) * 0.0119).toFixed(12));
  const booked = {
    entryId: `${order.client_order_id}-${life.step}`,
    productId: order.product_id,
    side: order.side,
    price: order.limit_price,
    quantity: size as Quantity,
    commission,
    timeMs: nowMs(life),
  };
  return bookFill(life.account, booked, order, SHORT_COOLDOWNS);
}

/** A step is half a minute. */
function nowMs({ step }: Life): number {
  return SLOT_MS + 2000 + step * (MINUTE_MS / 2);
}

function pick<Item>({ random }: Life, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

function overCap(orders: readonly ApprovedOrder[], account: Account, view: RiskView, regime: Regime): string | null {
  const bought = orders.filter(({ side }) => side === 'BUY').map(({ product_id }) => product_id);
  const { risk, regime: regimes } = view.config.policy;
  const room = (pct: number) => toNumber(view.equity) * (pct / 100) * regimes.multipliers[regime] + 1e-6;
  const atRisk = (symbols: readonly ProductId[]) =>
    symbols.reduce((sum, symbol) => sum + exposureOf(account, symbol, view.snapshot), 0);
  if (bought.length > 0 && atRisk(SYMBOLS) > room(risk.max_total_at_risk_pct)) return 'the total cap is exceeded';
  for (const symbol of bought) {
    if (atRisk([symbol]) > room(risk.max_position_size_pct)) return `${symbol} exceeds its cap`;
    const theme = Object.entries(view.config.universe.themes).find(([, symbols]) => symbols.includes(symbol));
    const limit = theme && (risk.max_per_theme_pct[theme[0]] ?? risk.max_theme_exposure_pct);
    if (theme && limit !== undefined && atRisk(theme[1]) > room(limit)) return `${theme[0]} exceeds its cap`;
  }
  return null;
}

/** Entries of the last hour, those on their way included. */
function tooMany(orders: readonly ApprovedOrder[], account: Account, { asOfMs }: MarketSnapshot): string | null {
  if (!orders.some(({ side }) => side === 'BUY')) return null;
  const made = account.entries.filter(({ at_ms }) => at_ms > asOfMs - 60 * MINUTE_MS).length;
  return made > PER_HOUR ? `${made} entries in an hour` : null;
}
