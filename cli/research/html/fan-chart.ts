import { LEFT, WIDTH } from './line-chart.ts';
import { escaped } from './markup.ts';
import { axisOf } from './scale.ts';

export interface FanPoint {
  readonly day: number;
  readonly p5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

const HEIGHT = 290;
const BOTTOM = 24;
const TOP = 12;

/** Where the middle nine tenths and the middle half of all paths run, and their median. */
export function fanChart(fan: readonly FanPoint[], label: string): string {
  const axis = axisOf(
    fan.flatMap(({ p5, p95 }) => [p5, p95]),
    { scale: 'linear', unit: '' },
  );
  const last = Math.max(1, fan.at(-1)?.day ?? 1);
  const x = (day: number) => (LEFT + (day / last) * (WIDTH - LEFT - 8)).toFixed(1);
  const y = (value: number) => (TOP + (1 - axis.at(value)) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const band = (low: 'p5' | 'p25', high: 'p75' | 'p95') =>
    [
      ...fan.map((point) => `${x(point.day)},${y(point[high])}`),
      ...fan.toReversed().map((point) => `${x(point.day)},${y(point[low])}`),
    ].join(' ');
  const grid = axis.ticks.map(
    (tick) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - 8}" y1="${y(tick)}" y2="${y(tick)}"/><text class="tick end" x="${LEFT - 6}" y="${y(tick)}" dy="4">${escaped(axis.text(tick))}</text>`,
  );
  const days = [0, Math.round(last / 2), last].map(
    (day, i) => `<text class="tick ${['start', 'middle', 'end'][i]}" x="${x(day)}" y="${HEIGHT - 6}">day ${day}</text>`,
  );
  const middle = fan.map(({ day, p50 }) => `${x(day)},${y(p50)}`).join(' ');
  return [
    `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(label)}">`,
    ...grid,
    ...days,
    `<polygon class="fan" points="${band('p5', 'p95')}"/><polygon class="fan inner" points="${band('p25', 'p75')}"/>`,
    `<polyline class="line t0" points="${middle}"/></svg></figure>`,
  ].join('');
}
