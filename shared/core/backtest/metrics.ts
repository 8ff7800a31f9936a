/** Figures of a run from its daily equities. All of them are plain sums: nothing is annualised but what says so. */
const DAYS_A_YEAR = 365;
const DAY_MS = 86_400_000;
/** Minutes that went well, had they gone on for a year: no figure any more. */
const MOST_PCT = 1e12;

export interface DailyPoint {
  readonly timeMs: number;
  readonly equity: number;
  /** What the cash would be worth in the benchmark; null without one. */
  readonly benchmark: number | null;
}

export interface ReturnFigures {
  readonly cagrPct: number | null;
  readonly sharpe: number | null;
  readonly sortino: number | null;
  readonly volatilityPct: number | null;
}

/** Of at least two returns; null where a figure has no meaning (no time, no deviation). */
export function returnFigures(points: readonly Pick<DailyPoint, 'timeMs' | 'equity'>[]): ReturnFigures {
  const returns = returnsOf(points.map(({ equity }) => equity));
  const mean = meanOf(returns);
  const deviation = returns.length < 2 ? 0 : Math.sqrt(squares(returns, mean) / (returns.length - 1));
  const downside = Math.sqrt(meanOf(returns.map((each) => Math.min(0, each) ** 2)));
  const year = Math.sqrt(DAYS_A_YEAR);
  return {
    cagrPct: cagrOf(points),
    sharpe: deviation > 0 ? (mean / deviation) * year : null,
    sortino: returns.length > 1 && downside > 0 ? (mean / downside) * year : null,
    volatilityPct: returns.length > 1 ? deviation * year * 100 : null,
  };
}

export interface AgainstBenchmark {
  readonly beta: number | null;
  readonly returnPct: number | null;
  readonly sharpe: number | null;
  readonly maxDrawdownPct: number | null;
}

export function againstBenchmark(points: readonly DailyPoint[]): AgainstBenchmark {
  const known = points.filter(
    (point): point is DailyPoint & { readonly benchmark: number } => point.benchmark !== null,
  );
  if (known.length < points.length || known.length < 2) {
    return { beta: null, returnPct: null, sharpe: null, maxDrawdownPct: null };
  }
  const held = known.map(({ timeMs, benchmark }) => ({ timeMs, equity: benchmark }));
  const own = returnsOf(known.map(({ equity }) => equity));
  const other = returnsOf(held.map(({ equity }) => equity));
  const variance = squares(other, meanOf(other));
  return {
    beta: variance > 0 ? products(own, other) / variance : null,
    returnPct: totalPct(held.map(({ equity }) => equity)),
    sharpe: returnFigures(held).sharpe,
    maxDrawdownPct: deepestPct(held.map(({ equity }) => equity)),
  };
}

export interface TripFigures {
  readonly profitFactor: number | null;
  readonly winRatePct: number | null;
  readonly expectancy: number | null;
}

/** Of what each round trip made, net. */
export function tripFigures(results: readonly number[]): TripFigures {
  const won = sum(results.filter((each) => each > 0));
  const lost = -sum(results.filter((each) => each < 0));
  const wins = results.filter((each) => each > 0).length;
  return {
    profitFactor: lost > 0 ? won / lost : null,
    winRatePct: results.length > 0 ? (100 * wins) / results.length : null,
    expectancy: results.length > 0 ? meanOf(results) : null,
  };
}

/** Per cent from the first to the last. */
export function totalPct(values: readonly number[]): number {
  const first = values[0] ?? 0;
  return first > 0 ? ((values.at(-1) as number) / first - 1) * 100 : 0;
}

/** How far the values ever stood below an earlier one, in percent, as a number that is not negative. */
export function deepestPct(values: readonly number[]): number {
  let peak = Number.NEGATIVE_INFINITY;
  let deepest = 0;
  for (const value of values) {
    peak = Math.max(peak, value);
    if (peak > 0) deepest = Math.max(deepest, (1 - value / peak) * 100);
  }
  return deepest;
}

function cagrOf(points: readonly Pick<DailyPoint, 'timeMs' | 'equity'>[]): number | null {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || first.equity <= 0 || last.equity <= 0) return null;
  const years = (last.timeMs - first.timeMs) / DAY_MS / DAYS_A_YEAR;
  // Not as a power: engines differ in the last bit of one with a broken exponent.
  const cagr = years > 0 ? (Math.exp(Math.log(last.equity / first.equity) / years) - 1) * 100 : null;
  // A report rounds to six decimals: beyond this it would round to no number.
  return cagr !== null && cagr < MOST_PCT ? cagr : null;
}

function returnsOf(values: readonly number[]): readonly number[] {
  return values.slice(1).map((value, i) => value / (values[i] as number) - 1);
}

function products(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  return a.reduce((total, value, i) => total + (value - meanA) * ((b[i] as number) - meanB), 0);
}

function squares(values: readonly number[], mean: number): number {
  return values.reduce((total, value) => total + (value - mean) ** 2, 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
