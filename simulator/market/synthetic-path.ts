import type { Asset } from './assets.ts';
import { streamOf, textKey } from './random.ts';
import { ownDrifts, type Regime, regimeAt, SEGMENT_MINUTES, SEGMENTS_PER_DAY } from './regimes.ts';

export const DAY_MINUTES = 1440;
/** Standard deviation of one minute's log return of the market factor. */
export const MARKET_MINUTE_VOLATILITY = 0.0005;
const JUMPS_PER_DAY = 0.3;

/**
 * Every day's total return is drawn first and the minutes are bent to meet it, so any day of any year can be made
 * without walking through the days before.
 */
export interface MarketDay {
  /** Log return of the factor, minute by minute. */
  readonly returns: Float64Array;
  readonly total: number;
  readonly regimes: readonly Regime[];
}

export function marketDay(seed: number, day: number): MarketDay {
  const regimes = Array.from({ length: SEGMENTS_PER_DAY }, (_, i) => regimeAt(seed, day * SEGMENTS_PER_DAY + i));
  const variance = varianceOf(regimes, MARKET_MINUTE_VOLATILITY);
  const noise = Math.sqrt(variance) * streamOf(seed, textKey('market day'), day).normal();
  const drift = regimes.reduce((sum, regime) => sum + regime.drift, 0);
  const returns = bentNoise(seed, textKey('market'), day, regimes, MARKET_MINUTE_VOLATILITY, noise);
  for (let minute = 0; minute < DAY_MINUTES; minute += 1) {
    returns[minute] = (returns[minute] as number) + regimeOf(regimes, minute).drift / SEGMENT_MINUTES;
  }
  return { returns, total: drift + noise, regimes };
}

export interface AssetDay {
  /** Log return of the day. */
  readonly total: number;
  readonly ownNoise: number;
  readonly drifts: readonly number[];
  readonly jump: { readonly minute: number; readonly size: number };
}

/** What a coin's day comes to, without its minutes. */
export function assetDay(
  seed: number,
  asset: Asset,
  day: number,
  market: Pick<MarketDay, 'total' | 'regimes'>,
): AssetDay {
  const key = textKey(asset.base);
  const random = streamOf(seed, textKey('asset day'), key, day);
  const ownNoise = Math.sqrt(varianceOf(market.regimes, asset.ownMinuteVolatility)) * random.normal();
  const drifts = ownDrifts(seed, key, day, asset.ownMinuteVolatility);
  const hasJump = random.next() < JUMPS_PER_DAY;
  const size = (random.next() < 0.5 ? -1 : 1) * (0.012 + 0.03 * random.next()) * asset.marketBeta;
  const jump = { minute: Math.floor(random.next() * DAY_MINUTES), size: hasJump ? size : 0 };
  const drift = drifts.reduce((sum, part) => sum + part, 0);
  return { total: asset.marketBeta * market.total + drift + ownNoise + jump.size, ownNoise, drifts, jump };
}

/** Log returns of the day's minutes; they sum to `outline.total`. */
export function assetReturns(
  seed: number,
  asset: Asset,
  day: number,
  market: MarketDay,
  outline: AssetDay,
): Float64Array {
  const { ownMinuteVolatility, marketBeta, base } = asset;
  const returns = bentNoise(seed, textKey(base), day, market.regimes, ownMinuteVolatility, outline.ownNoise);
  for (let minute = 0; minute < DAY_MINUTES; minute += 1) {
    const drift = (outline.drifts[Math.floor(minute / SEGMENT_MINUTES)] as number) / SEGMENT_MINUTES;
    returns[minute] = (returns[minute] as number) + marketBeta * (market.returns[minute] as number) + drift;
  }
  returns[outline.jump.minute] = (returns[outline.jump.minute] as number) + outline.jump.size;
  return returns;
}

export function regimeOf(regimes: readonly Regime[], minute: number): Regime {
  return regimes[Math.floor(minute / SEGMENT_MINUTES)] as Regime;
}

function varianceOf(regimes: readonly Regime[], minuteVolatility: number): number {
  return regimes.reduce(
    (sum, { volatilityFactor }) => sum + SEGMENT_MINUTES * (minuteVolatility * volatilityFactor) ** 2,
    0,
  );
}

/** Normal noise whose sum is forced to `total`; what is missing is spread in proportion to the variance. */
function bentNoise(
  seed: number,
  key: number,
  day: number,
  regimes: readonly Regime[],
  minuteVolatility: number,
  total: number,
): Float64Array {
  const random = streamOf(seed, textKey('minutes'), key, day);
  const noise = new Float64Array(DAY_MINUTES);
  let sum = 0;
  for (let minute = 0; minute < DAY_MINUTES; minute += 1) {
    const value = random.normal() * minuteVolatility * regimeOf(regimes, minute).volatilityFactor;
    noise[minute] = value;
    sum += value;
  }
  const perVariance = (total - sum) / varianceOf(regimes, minuteVolatility);
  for (let minute = 0; minute < DAY_MINUTES; minute += 1) {
    const { volatilityFactor } = regimeOf(regimes, minute);
    noise[minute] = (noise[minute] as number) + perVariance * (minuteVolatility * volatilityFactor) ** 2;
  }
  return noise;
}
