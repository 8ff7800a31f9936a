import type { Policy, Regime } from '../cycle/decision-config.ts';
import { lazyWindow } from '../indicators/anchor.ts';
import { onceIn } from '../indicators/once-in.ts';
import { realisedVolatility } from '../indicators/realised-volatility.ts';
import { sma } from '../indicators/sma.ts';
import type { Candles } from '../market/candles.ts';

export type DetectorSettings = Omit<Policy['regime'], 'override' | 'reference' | 'multipliers'>;

/** What one daily close shows. */
export interface RegimeFigures {
  /** The close against its mean over `trend_lookback_days`, percent. */
  readonly trend_pct: number;
  /** Deviation of daily log returns over `volatility_lookback_days`, percent a year. */
  readonly volatility_pct: number;
  /** How far the close stands below the highest close of `crash_lookback_days`, percent. */
  readonly drop_pct: number;
}

export interface DetectedRegime {
  readonly name: Regime;
  readonly figures: RegimeFigures;
}

/**
 * So many days before the first one that counts, the path of regimes begins: whoever starts there or earlier comes to the
 * same regime unless the market stood between all thresholds for that long. That is all the memory there is.
 */
const MEMORY_DAYS = 100;
const DAYS_A_YEAR = 365;

/** Daily bars before the first day that has a regime. */
export function regimeWarmup({
  trend_lookback_days,
  volatility_lookback_days,
  crash_lookback_days,
}: DetectorSettings): number {
  return MEMORY_DAYS + Math.max(trend_lookback_days, volatility_lookback_days + 1, crash_lookback_days);
}

/**
 * The regime after the daily close `day` (absolute bar index): a pure function of the anchored window of daily closes, so
 * live, replay and backtest see the same one. undefined: too few bars, or none of that day.
 */
export function detectRegime(daily: Candles, day: number, settings: DetectorSettings): DetectedRegime | undefined {
  const window = lazyWindow(daily, day, regimeWarmup(settings));
  return window && onceIn(window, settings, detect);
}

function detect(window: Candles, settings: DetectorSettings): DetectedRegime | undefined {
  const figuresAt = figureStream(window, settings);
  let path: Path = { name: 'chop', calls: [] };
  let figures: RegimeFigures | undefined;
  for (let position = 0; position < window.length; position += 1) {
    figures = figuresAt(position);
    if (figures !== undefined) path = step(path, figures, settings);
  }
  return figures && { name: path.name, figures };
}

interface Path {
  readonly name: Regime;
  /** What the last `confirm_days` closes called for, oldest first. */
  readonly calls: readonly Regime[];
}

const RANK: Readonly<Record<Regime, number>> = { bull: 3, chop: 2, bear: 1, crash: 0 };

/** Whether a regime carries less risk than another. */
export function isWorse(a: Regime, b: Regime): boolean {
  return RANK[a] < RANK[b];
}

/** Worse comes at once, better only as far as each of the last `confirm_days` closes has called for it. */
function step({ name, calls: before }: Path, figures: RegimeFigures, settings: DetectorSettings): Path {
  const called = calledFor(name, figures, settings);
  const calls = [...before, called].slice(-settings.confirm_days);
  const confirmed = calls.length < settings.confirm_days ? name : calls.reduce((a, b) => (isWorse(b, a) ? b : a));
  if (isWorse(called, name)) return { name: called, calls };
  return { name: isWorse(name, confirmed) ? confirmed : name, calls };
}

/** The regime that one close calls for. A regime that stands is left at a further threshold than it is entered [hysteresis]. */
function calledFor(now: Regime, figures: RegimeFigures, settings: DetectorSettings): Regime {
  if (isCrash(now, figures, settings)) return 'crash';
  const { trend_pct: trend, volatility_pct: volatility } = figures;
  const { trend_enter_pct: enter, trend_exit_pct: exit, bull_max_volatility_pct } = settings;
  if (trend <= (now === 'bear' ? -exit : -enter)) return 'bear';
  const isBull = trend >= (now === 'bull' ? exit : enter) && volatility <= bull_max_volatility_pct;
  return isBull ? 'bull' : 'chop';
}

/** A fall alone may be a slow one, and volatility alone may be a rise: a crash is both. It lasts until the shock is over. */
function isCrash(now: Regime, { drop_pct, volatility_pct }: RegimeFigures, settings: DetectorSettings): boolean {
  if (now === 'crash') return volatility_pct >= settings.crash_exit_volatility_pct;
  return drop_pct >= settings.crash_drop_pct && volatility_pct >= settings.crash_volatility_pct;
}

/** The figures of each day in turn; undefined until every lookback is filled. */
function figureStream(window: Candles, settings: DetectorSettings): (position: number) => RegimeFigures | undefined {
  const mean = sma(settings.trend_lookback_days, 'close');
  const deviation = realisedVolatility(settings.volatility_lookback_days);
  return (position) => {
    mean.push(window, position);
    deviation.push(window, position);
    const average = mean.value();
    const daily = deviation.value();
    const from = position + 1 - settings.crash_lookback_days;
    if (average === undefined || daily === undefined || from < 0) return undefined;
    const close = window.close[position] as number;
    const highest = window.close.subarray(from, position + 1).reduce((a, b) => Math.max(a, b));
    return {
      trend_pct: (close / average - 1) * 100,
      volatility_pct: daily * Math.sqrt(DAYS_A_YEAR) * 100,
      drop_pct: (1 - close / highest) * 100,
    };
  };
}
