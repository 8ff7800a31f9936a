import { escaped } from './markup.ts';
import { axisOf } from './scale.ts';

export interface HistogramChart {
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
  /** What really happened. */
  readonly observed: number;
  readonly label: string;
  readonly unit: string;
}

/** Two of them stand side by side. */
const WIDTH = 360;
const HEIGHT = 150;
const BOTTOM = 26;
const TICKS = 3;

/** Counts as bars, red below zero, with a line where the run itself stands. */
export function histogram({ from, width, counts, observed, label, unit }: HistogramChart): string {
  const to = from + width * counts.length;
  const { at } = axisOf([0, ...counts], { scale: 'linear', unit: '' });
  const x = (value: number) => (to > from ? ((value - from) / (to - from)) * WIDTH : WIDTH / 2);
  const bars = counts.map((count, i) => {
    const height = at(count) * (HEIGHT - BOTTOM);
    const isBelow = from + width * (i + 1) <= 0;
    return `<rect${isBelow ? ' class="below"' : ''} x="${(x(from + width * i) + 0.5).toFixed(1)}" y="${(HEIGHT - BOTTOM - height).toFixed(1)}" width="${Math.max(1, WIDTH / counts.length - 1).toFixed(1)}" height="${height.toFixed(1)}"/>`;
  });
  const mark = Math.min(WIDTH - 1, Math.max(1, x(observed))).toFixed(1);
  const ticks = Array.from({ length: TICKS }, (_, i) => {
    const value = from + ((to - from) * i) / (TICKS - 1);
    const place = i === 0 ? 'start' : i === TICKS - 1 ? 'end' : 'middle';
    return `<text class="tick ${place}" x="${((WIDTH * i) / (TICKS - 1)).toFixed(1)}" y="${HEIGHT - 6}">${escaped(`${value.toFixed(1)}${unit}`)}</text>`;
  });
  return `<figure class="histogram"><svg class="bars" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(label)}">${bars.join('')}<line class="mark" x1="${mark}" x2="${mark}" y1="0" y2="${HEIGHT - BOTTOM}"/>${ticks.join('')}</svg></figure>`;
}
