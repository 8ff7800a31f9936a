import type { Decision } from '../cycle/decision.ts';
import type { DecisionConfig } from '../cycle/decision-config.ts';
import type { OrderRecord } from '../execution/order-record.ts';
import { INTERVAL_MS, type Interval } from '../market/interval.ts';
import type { ProductId } from '../market/product.ts';
import type { MarketSnapshot } from '../market/snapshot.ts';
import { toNumber, type Usd } from '../money/fixed.ts';
import type { Account, Position } from '../portfolio/account.ts';
import { equityOf, heldSymbols, markOf, positionValue } from '../portfolio/valuation.ts';
import { themeOf } from '../universe/classify.ts';
import { DrawdownWatch } from './drawdown.ts';
import type { BacktestEvents } from './engine.ts';
import type { DailyPoint } from './metrics.ts';
import type { BacktestReport, EquityPoint } from './report-schema.ts';
import { rounded, timeText } from './rounding.ts';
import { TripLog } from './trips.ts';

const DAY_MS = INTERVAL_MS['1d'];
/** A chart needs no more, and a report should stay readable. */
const MOST_POINTS = 1_500;
const STEPS: readonly Interval[] = ['1m', '5m', '15m', '1h', '4h'];

export interface JournalSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly config: DecisionConfig;
}

export interface StrategyCount {
  proposals: number;
  approved: number;
  failures: number;
  readonly rejected: Map<string, number>;
}

interface GateCount {
  slots: number;
  readonly firstMs: number;
  lastMs: number;
}

type Values = readonly (readonly [ProductId, Usd])[];

/** What a point is drawn of, asked for where one is drawn: the newest close of the regime's reference, and the positions. */
interface Moment {
  readonly slotMs: number;
  readonly close: () => number | null;
  readonly values: () => Values;
}

interface Standing {
  readonly decision: Decision;
  times: number;
  lastMs: number;
}

/** Listens to a backtest and keeps what its report tells. Its size is bounded by points, trades and reasons. */
export class Journal implements BacktestEvents {
  readonly trips: TripLog = new TripLog();
  readonly daily: DailyPoint[] = [];
  readonly equity: EquityPoint[] = [];
  readonly exposure: BacktestReport['exposure'][number][] = [];
  readonly drawdown = new DrawdownWatch();
  readonly riskRefusals = new Map<string, number>();
  readonly executionRefusals = new Map<string, number>();
  readonly symbolReasons = new Map<string, number>();
  readonly strategies = new Map<string, StrategyCount>();
  readonly gates = new Map<string, GateCount>();
  slots = 0;
  slotsInMarket = 0;
  symbolBars = 0;
  finalEquity: Usd = 0n as Usd;
  readonly #span: JournalSpan;
  readonly #stepMs: number;
  /** What quiet slots said again and again; told when something else is said, and at the end. */
  #standing: Standing | null = null;
  #start: { readonly equity: number; readonly benchmark: number | null } | null = null;

  constructor(span: JournalSpan) {
    this.#span = span;
    const step = STEPS.find((each) => (span.toMs - span.fromMs) / INTERVAL_MS[each] <= MOST_POINTS) ?? '1d';
    this.#stepMs = INTERVAL_MS[step];
  }

  onFill: BacktestEvents['onFill'] = (booked) => {
    this.#strategy(booked.intent.strategy);
    this.trips.add(booked);
  };

  onEnd: BacktestEvents['onEnd'] = (record: OrderRecord) => {
    const isRefused = record.filled_quantity === 0n && record.status !== 'FILLED';
    if (!isRefused || record.reason === 'replaced') return;
    bump(this.executionRefusals, (record.reason ?? record.status.toLowerCase()).split(':')[0] as string);
  };

  onSlot: BacktestEvents['onSlot'] = (snapshot, account, decision) => {
    this.#countStanding();
    this.slots += 1;
    this.symbolBars += snapshot.symbols.filter(({ product }) => product !== null).length;
    if (Object.keys(account.positions).length > 0) this.slotsInMarket += 1;
    if (decision !== null) this.#count(decision, snapshot.slotMs);
    this.finalEquity = equityOf(account, snapshot, this.#span.config.policy.data);
    const equity = toNumber(this.finalEquity);
    this.drawdown.see(equity, snapshot.slotMs);
    const { slotMs } = snapshot;
    const close = () => this.#referenceClose(snapshot);
    this.#points({ slotMs, close, values: () => valuesIn(snapshot, account) }, account, equity, decision === null);
  };

  onQuiet: NonNullable<BacktestEvents['onQuiet']> = (slot) => {
    const { slotMs, account, decision, listed } = slot;
    this.slots += 1;
    this.symbolBars += listed;
    if (heldSymbols(account).length > 0) this.slotsInMarket += 1;
    if (this.#standing?.decision !== decision) this.#countStanding();
    this.#standing ??= { decision, times: 0, lastMs: slotMs };
    this.#standing.times += 1;
    this.#standing.lastMs = slotMs;
    this.finalEquity = slot.equity;
    const equity = toNumber(slot.equity);
    this.drawdown.see(equity, slotMs);
    this.#points(slot, account, equity, false);
  };

  #points({ slotMs, close: closeOf, values }: Moment, account: Account, equity: number, isLast: boolean): void {
    if (this.#start !== null && !isLast && slotMs % this.#stepMs !== 0) return;
    const close = closeOf();
    this.#start ??= { equity, benchmark: close };
    const { benchmark: firstClose, equity: firstEquity } = this.#start;
    const benchmark = close === null || firstClose === null ? null : (firstEquity * close) / firstClose;
    const isFirst = this.daily.length === 0;
    if (isFirst || isLast || slotMs % DAY_MS === 0) this.daily.push({ timeMs: slotMs, equity, benchmark });
    this.equity.push({
      time: timeText(slotMs),
      equity_usd: rounded(equity, 4),
      pnl_usd: rounded(equity - firstEquity, 4),
      drawdown_pct: rounded(this.drawdown.nowPct, 4),
      benchmark_usd: benchmark === null ? null : rounded(benchmark, 4),
    });
    this.exposure.push(exposureAt(slotMs, values(), account, equity, this.#span.config));
  }

  /** The newest close of the regime's reference: what holding it is worth. */
  #referenceClose({ symbols, baseInterval }: MarketSnapshot): number | null {
    const { reference } = this.#span.config.policy.regime;
    return symbols.find(({ productId }) => productId === reference)?.candles[baseInterval]?.close.at(-1) ?? null;
  }

  #countStanding(): void {
    const standing = this.#standing;
    this.#standing = null;
    if (standing !== null) this.#count(standing.decision, standing.lastMs, standing.times);
  }

  /** A decision that was made, or stood, so many times, last at `lastMs`. */
  #count({ assessments, reasons, strategies, gates }: Decision, lastMs: number, times = 1): void {
    for (const { gate } of gates) this.#gated(gate, lastMs, times);
    for (const { strategy, proposals_count, status } of strategies) {
      const count = this.#strategy(strategy);
      count.proposals += proposals_count * times;
      if (status === 'failed') count.failures += times;
    }
    for (const assessment of assessments) this.#judged(assessment, times);
    for (const { outcome, reason } of reasons) if (outcome === 'no_order') bump(this.symbolReasons, reason, times);
  }

  #gated(gate: string, lastMs: number, times: number): void {
    const known = this.gates.get(gate) ?? { slots: 0, firstMs: lastMs, lastMs };
    known.slots += times;
    known.lastMs = lastMs;
    this.gates.set(gate, known);
  }

  #judged({ risk_reason, proposal }: Decision['assessments'][number], times: number): void {
    const own = proposal === null ? null : this.#strategy(proposal.strategy);
    if (risk_reason === null) {
      if (own !== null) own.approved += times;
      return;
    }
    bump(this.riskRefusals, risk_reason, times);
    if (own !== null) bump(own.rejected, risk_reason, times);
  }

  #strategy(name: string): StrategyCount {
    const known = this.strategies.get(name) ?? { proposals: 0, approved: 0, failures: 0, rejected: new Map() };
    this.strategies.set(name, known);
    return known;
  }
}

/** Every position at what it would fetch, ascending by symbol. */
function valuesIn(snapshot: MarketSnapshot, { positions }: Account): Values {
  return snapshot.symbols.flatMap((symbol) => {
    const position = positions[symbol.productId];
    if (position === undefined) return [];
    return [[symbol.productId, positionValue(position, markOf(symbol, snapshot), 'bid', 'down')] as const];
  });
}

/** Positions as percent of equity. */
function exposureAt(
  slotMs: number,
  values: Values,
  { positions }: Account,
  equity: number,
  { universe }: DecisionConfig,
): BacktestReport['exposure'][number] {
  const assets = new Map<string, number>();
  const themes = new Map<string, number>();
  const strategies = new Map<string, number>();
  let total = 0;
  for (const [id, value] of equity > 0 ? values : []) {
    const pct = (toNumber(value) / equity) * 100;
    total += pct;
    bump(assets, id, pct);
    bump(themes, themeOf(universe, id) ?? 'none', pct);
    bump(strategies, (positions[id] as Position).strategy, pct);
  }
  return {
    time: timeText(slotMs),
    total_pct: rounded(total, 4),
    assets: plain(assets, 4),
    themes: plain(themes, 4),
    strategies: plain(strategies, 4),
  };
}

function bump(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** By name, so that the order in which things happened leaves no trace. */
export function plain(counts: ReadonlyMap<string, number>, digits = 0): Record<string, number> {
  const sorted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, value]) => [key, rounded(value, digits)]));
}
