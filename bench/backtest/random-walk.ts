import type { Candles } from '../../shared/core/market/candles.ts';

/**
 * A geometric random walk of one-minute bars from 100, 0.1 % a bar, the same for the same seed: the shared work that engines
 * are compared on. `firstIndex`: the absolute index of its first bar.
 */
export function randomWalk(seed: number, bars: number, firstIndex: number): Candles {
  const uniform = mulberry32(seed);
  const columns = { length: bars, ...emptyColumns(bars) };
  let close = 100;
  for (let i = 0; i < bars; i += 1) {
    const open = close;
    close = open * Math.exp(0.001 * gaussian(uniform));
    columns.index[i] = firstIndex + i;
    columns.open[i] = open;
    columns.high[i] = Math.max(open, close) * (1 + 0.0003 * uniform());
    columns.low[i] = Math.min(open, close) * (1 - 0.0003 * uniform());
    columns.close[i] = close;
    columns.volume[i] = 10 + 90 * uniform();
  }
  return columns;
}

function emptyColumns(length: number) {
  const column = () => new Float64Array(length);
  return { index: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
}

/** Box and Muller's transform. */
function gaussian(uniform: () => number): number {
  const u = 1 - uniform();
  const v = uniform();
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
}

/** T. Ettinger's generator: 32 bits of state, uniform in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
