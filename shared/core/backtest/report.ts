import { add, toNumber, toText, type Usd, ZERO_USD } from '../money/fixed.ts';
import type { Account, Position } from '../portfolio/account.ts';
import { heldSymbols, positionQuantity } from '../portfolio/valuation.ts';
import { type Journal, plain, type StrategyCount } from './journal.ts';
import { againstBenchmark, type DailyPoint, returnFigures, totalPct, tripFigures } from './metrics.ts';
import { type BacktestMetrics, type BacktestReport, type BacktestRun, REPORT_FORMAT } from './report-schema.ts';
import { rounded, roundedOrNull, timeText } from './rounding.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

/** What a run was, without what only the run itself knows. */
export type RunFacts = Omit<BacktestRun, 'slots' | 'symbol_bars'>;

/** The report of a finished run: a pure function of what was recorded, so equal runs give equal bytes. */
export function reportOf(facts: RunFacts, journal: Journal, account: Account): BacktestReport {
  return {
    format: REPORT_FORMAT,
    run: { ...facts, slots: journal.slots, symbol_bars: journal.symbolBars },
    metrics: metricsOf(journal, account),
    monthly: monthlyOf(journal.daily),
    strategies: strategiesOf(journal),
    rejections: {
      risk: plain(journal.riskRefusals),
      execution: plain(journal.executionRefusals),
      symbols: plain(journal.symbolReasons),
    },
    gates: gatesOf(journal),
    final: finalOf(account, journal.finalEquity),
    trades: journal.trips.trades,
    round_trips: journal.trips.closed.map(({ pnl: _pnl, fees: _fees, ...row }) => row),
    equity: journal.equity,
    exposure: journal.exposure,
  };
}

function gatesOf({ gates }: Journal): BacktestReport['gates'] {
  const sorted = [...gates].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([gate, { slots, firstMs, lastMs }]) => ({
    gate,
    slots,
    first: timeText(firstMs),
    last: timeText(lastMs),
  }));
}

function metricsOf({ daily, drawdown, trips, slots, slotsInMarket }: Journal, account: Account): BacktestMetrics {
  const returns = returnFigures(daily);
  const trip = tripFigures(trips.closed.map(({ pnl }) => toNumber(pnl)));
  const other = againstBenchmark(daily);
  const total = totalPct(daily.map(({ equity }) => equity));
  return {
    total_return_pct: rounded(total, 6),
    cagr_pct: roundedOrNull(returns.cagrPct, 6),
    sharpe: roundedOrNull(returns.sharpe, 6),
    sortino: roundedOrNull(returns.sortino, 6),
    calmar:
      returns.cagrPct === null || drawdown.deepestPct === 0 ? null : rounded(returns.cagrPct / drawdown.deepestPct, 6),
    volatility_pct: roundedOrNull(returns.volatilityPct, 6),
    max_drawdown_pct: rounded(drawdown.deepestPct, 6),
    max_drawdown_days: rounded(drawdown.longestMs / DAY_MS, 4),
    profit_factor: roundedOrNull(trip.profitFactor, 6),
    win_rate_pct: roundedOrNull(trip.winRatePct, 6),
    expectancy_usd: roundedOrNull(trip.expectancy, 6),
    round_trips: trips.closed.length,
    fills: trips.trades.length,
    turnover_per_year: roundedOrNull(turnoverOf(daily, trips.traded), 6),
    fees_paid_usd: rounded(toNumber(account.fees_paid), 6),
    time_in_market_pct: rounded((100 * slotsInMarket) / Math.max(1, slots), 6),
    beta: roundedOrNull(other.beta, 6),
    benchmark_return_pct: roundedOrNull(other.returnPct, 6),
    excess_return_pct: other.returnPct === null ? null : rounded(total - other.returnPct, 6),
    benchmark_sharpe: roundedOrNull(other.sharpe, 6),
    benchmark_max_drawdown_pct: roundedOrNull(other.maxDrawdownPct, 6),
  };
}

function turnoverOf(daily: readonly DailyPoint[], traded: Usd): number | null {
  // A run has two slots at least, and a point at its first and its last.
  const [first, last] = [daily[0], daily.at(-1)] as [DailyPoint, DailyPoint];
  const mean = daily.reduce((sum, { equity }) => sum + equity, 0) / daily.length;
  return mean > 0 ? toNumber(traded) / mean / ((last.timeMs - first.timeMs) / YEAR_MS) : null;
}

/** From the last close of one month to the last of the next. */
function monthlyOf(daily: readonly DailyPoint[]): BacktestReport['monthly'] {
  const rows: BacktestReport['monthly'][number][] = [];
  let start = daily[0];
  for (let i = 1; i < daily.length; i += 1) {
    const [point, next] = [daily[i] as DailyPoint, daily[i + 1]];
    // Midnight belongs to the day that it ends.
    const month = monthOf(point.timeMs - 1);
    if (start === undefined || (next !== undefined && monthOf(next.timeMs - 1) === month)) continue;
    rows.push({
      month,
      return_pct: rounded(totalPct([start.equity, point.equity]), 4),
      benchmark_return_pct:
        start.benchmark === null || point.benchmark === null
          ? null
          : rounded(totalPct([start.benchmark, point.benchmark]), 4),
    });
    start = point;
  }
  return rows;
}

function monthOf(ms: number): string {
  return timeText(ms).slice(0, 7);
}

function strategiesOf({ strategies, trips }: Journal): BacktestReport['strategies'] {
  return [...strategies.keys()].sort().map((strategy) => {
    const { proposals, approved, rejected, failures } = strategies.get(strategy) as StrategyCount;
    const own = trips.closed.filter((trip) => trip.strategy === strategy);
    return {
      strategy,
      proposals,
      approved,
      rejected: plain(rejected),
      round_trips: own.length,
      wins: own.filter(({ pnl }) => pnl > 0n).length,
      net_pnl_usd: rounded(toNumber(own.reduce<Usd>((sum, { pnl }) => add(sum, pnl), ZERO_USD)), 6),
      fees_usd: rounded(toNumber(own.reduce<Usd>((sum, { fees }) => add(sum, fees), ZERO_USD)), 6),
      failures,
    };
  });
}

function finalOf(account: Account, equity: Usd): BacktestReport['final'] {
  const positions = heldSymbols(account).map((symbol) => {
    const position = account.positions[symbol] as Position;
    const cost = position.lots.reduce<Usd>((sum, lot) => add(sum, lot.cost), ZERO_USD);
    return { symbol, size: toText(positionQuantity(position)), cost_usd: toText(cost), strategy: position.strategy };
  });
  return {
    cash_usd: toText(account.cash),
    equity_usd: toText(equity),
    realised_pnl_usd: toText(account.realised_pnl),
    fees_paid_usd: toText(account.fees_paid),
    positions,
  };
}
