import { describe, expect, it } from 'vitest';
import type { Candles } from '../market/candles.ts';
import { bollinger } from './bollinger.ts';
import type { Indicator } from './indicator.ts';
import { slope } from './slope.ts';
import { sma } from './sma.ts';
import { randomFrom } from './testing/market.ts';
import { vwap } from './vwap.ts';
import { wma } from './wma.ts';
import { zScore } from './z-score.ts';

const BARS = 1_000_000;
const PERIOD = 20;
/** Whole numbers, so that the sums below are exact: prices near 1e9 that move by ones, where a running sum fails soonest. */
const candles = wholePrices();
const samples = Array.from({ length: 200 }, (_, i) => BARS - 1 - i * 4999).filter((bar) => bar >= PERIOD);

describe('after a million bars, against exact integer sums', () => {
  it.each<readonly [string, () => Indicator<unknown>, (bar: number) => readonly number[]]>([
    ['SMA', () => sma(PERIOD, 'close'), (bar) => [exactMean(bar)]],
    ['WMA', () => wma(PERIOD), (bar) => [exactWeighted(bar)]],
    ['VWAP', () => vwap(PERIOD), (bar) => [exactVolumeWeighted(bar)]],
    ['slope', () => slope(PERIOD), (bar) => [exactSlope(bar)]],
    ['Bollinger bands', () => bollinger(PERIOD, 2), (bar) => exactBands(bar)],
    ['z-score', () => zScore(PERIOD), (bar) => [(at(bar) - exactMean(bar)) / exactDeviation(bar)]],
  ])('%s has not drifted by 1e-9', (_, make, exact) => {
    const indicator = make();
    const isSample = new Set(samples);
    let worst = 0;
    for (let bar = 0; bar < BARS; bar += 1) {
      indicator.push(candles, bar);
      if (isSample.has(bar)) worst = Math.max(worst, errorOf(indicator.value(), exact(bar)));
    }

    expect(samples.length).toBe(200);
    expect(worst).toBeLessThan(1e-9);
  });
});

function wholePrices(): Candles {
  const random = randomFrom(77);
  const close = new Float64Array(BARS);
  let price = 1_000_000_000;
  for (let bar = 0; bar < BARS; bar += 1) {
    price += Math.floor(random() * 7) - 3;
    // Now and then a bar a million times as dear: what it leaves behind in a running sum would stay for ever.
    close[bar] = bar % 1000 === 500 ? price * 1_000_000 : price;
  }
  const index = close.map((_, bar) => bar);
  const volume = close.map(() => 1 + Math.floor(random() * 1000));
  return { length: BARS, index, open: close, high: close, low: close, close, volume };
}

function errorOf(value: unknown, exact: readonly number[]): number {
  const own = typeof value === 'number' ? [value] : Object.values(value as Record<string, number>);
  return Math.max(...exact.map((expected, i) => relativeError(own[i] as number, expected)));
}

/** A slope or a score of exactly zero has no relative error: there the absolute one counts. */
function relativeError(own: number, expected: number): number {
  return Math.abs(own - expected) / (Math.abs(expected) || 1);
}

function windowAt(bar: number): readonly bigint[] {
  return [...candles.close.subarray(bar - PERIOD + 1, bar + 1)].map(BigInt);
}

function at(bar: number): number {
  return candles.close[bar] as number;
}

function exactMean(bar: number): number {
  return ratio(total(windowAt(bar)), BigInt(PERIOD));
}

function exactWeighted(bar: number): number {
  const weighted = windowAt(bar).map((price, i) => price * BigInt(i + 1));
  return ratio(total(weighted), BigInt((PERIOD * (PERIOD + 1)) / 2));
}

function exactVolumeWeighted(bar: number): number {
  const volumes = [...candles.volume.subarray(bar - PERIOD + 1, bar + 1)].map(BigInt);
  const spent = windowAt(bar).map((price, i) => price * (volumes[i] as bigint));
  return ratio(total(spent), total(volumes));
}

function exactSlope(bar: number): number {
  const n = BigInt(PERIOD);
  const moments = windowAt(bar).map((price, i) => price * (2n * BigInt(i) - n + 1n));
  return ratio(6n * total(moments), n * (n * n - 1n));
}

function exactDeviation(bar: number): number {
  const window = windowAt(bar);
  const squares = total(window.map((price) => price * price));
  const spread = BigInt(PERIOD) * squares - total(window) ** 2n;
  return Math.sqrt(Number(spread)) / PERIOD;
}

function exactBands(bar: number): readonly number[] {
  const [mean, reach] = [exactMean(bar), 2 * exactDeviation(bar)];
  return [mean + reach, mean, mean - reach];
}

function total(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

/** The quotient as the nearest number: whole part and remainder apart, for neither loses anything. */
function ratio(numerator: bigint, denominator: bigint): number {
  return Number(numerator / denominator) + Number(numerator % denominator) / Number(denominator);
}
