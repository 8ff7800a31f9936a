import { escaped, shown } from './markup.ts';
import { type Axis, axisOf, type Scale } from './scale.ts';

export interface Line {
  readonly name: string;
  /** The class that gives it its colour. */
  readonly tone: string;
  readonly values: readonly (number | null)[];
}

export interface ChartOptions {
  readonly label: string;
  readonly scale: Scale;
  readonly unit: string;
  /** Fills the space between the lines and zero. */
  readonly isArea?: boolean;
  /** Each line stands on the ones before it. */
  readonly isStacked?: boolean;
}

/** The script of the page reads the pointer by the same measures. */
export const WIDTH = 720;
const HEIGHT = 290;
export const LEFT = 96;
const BOTTOM = 24;
const TOP = 12;
export const RIGHT = 8;

/** Lines over time as an inline SVG. The figures go along, so that a pointer over the chart can read them. */
export function lineChart(times: readonly string[], lines: readonly Line[], options: ChartOptions): string {
  const drawn = options.isStacked ? stacked(lines) : lines;
  const axis = axisOf(
    drawn.flatMap(({ values }) => values.filter((value) => value !== null)),
    options,
  );
  const x = (i: number) => LEFT + (i / Math.max(1, times.length - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - axis.at(value)) * (HEIGHT - TOP - BOTTOM);
  const paths = drawn.map((line, i) => pathOf(line, x, y, below(drawn, i, options)));
  const legend = lines.map(({ name, tone }) => `<span class="key ${tone}"><b>${escaped(name)}</b></span>`).join('');
  return [
    `<figure class="chart" data-unit="${escaped(options.unit)}">`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" tabindex="0" aria-label="${escaped(spoken(lines, options))}">`,
    gridOf(axis, y),
    ticksOf(times, x),
    ...(options.isStacked ? paths.reverse() : paths),
    `<line class="cross" y1="${TOP}" y2="${HEIGHT - BOTTOM}" x1="-9" x2="-9"/>`,
    '</svg>',
    `<figcaption>${legend}<output></output></figcaption>`,
    `<script type="application/json">${dataOf(times, lines)}</script>`,
    '</figure>',
  ].join('');
}

/** What the chart shows, for whoever does not see it. */
function spoken(lines: readonly Line[], { label, unit }: ChartOptions): string {
  const told = lines.flatMap(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    const [first, last] = [known[0], known.at(-1)];
    if (first === undefined || last === undefined) return [];
    const least = known.reduce((low, value) => Math.min(low, value));
    const most = known.reduce((high, value) => Math.max(high, value));
    const figures = [first, last, least, most].map((value) => shown(value, 2, unit));
    return `${name} from ${figures[0]} to ${figures[1]}, lowest ${figures[2]}, highest ${figures[3]}`;
  });
  return `${[label, ...told].join('; ')}. Arrow keys read it point by point.`;
}

/** null: a plain line. Otherwise what the area stands on, per point. */
function below(lines: readonly Line[], i: number, { isArea, isStacked }: ChartOptions): Line['values'] | null {
  if (isStacked) return lines[i - 1]?.values ?? [];
  return isArea ? [] : null;
}

function pathOf(
  { tone, values }: Line,
  x: (i: number) => number,
  y: (value: number) => number,
  base: Line['values'] | null,
): string {
  const points = values.flatMap((value, i) => (value === null ? [] : [`${x(i).toFixed(1)},${y(value).toFixed(1)}`]));
  if (points.length === 0) return '';
  const line = `<polyline class="line ${tone}" points="${points.join(' ')}"/>`;
  if (base === null) return line;
  const floor = values.map((_, i) => `${x(i).toFixed(1)},${y(base[i] ?? 0).toFixed(1)}`).reverse();
  return `<polygon class="area ${tone}" points="${points.join(' ')} ${floor.join(' ')}"/>${line}`;
}

function gridOf({ ticks, text }: Axis, y: (value: number) => number): string {
  return ticks
    .map((tick) => {
      const at = y(tick).toFixed(1);
      return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/><text class="tick end" x="${LEFT - 6}" y="${at}" dy="4">${escaped(text(tick))}</text>`;
    })
    .join('');
}

/** So many fit; of more points some are named. */
const MOST_NAMED = 5;
const SOME_NAMED = 4;

function ticksOf(times: readonly string[], x: (i: number) => number): string {
  const count = times.length <= MOST_NAMED ? times.length : SOME_NAMED;
  return Array.from({ length: count }, (_, k) => {
    const i = count === 1 ? 0 : Math.round((k * (times.length - 1)) / (count - 1));
    const place = k === 0 ? 'start' : k === count - 1 ? 'end' : 'middle';
    return `<text class="tick ${place}" x="${x(i).toFixed(1)}" y="${HEIGHT - 6}">${(times[i] as string).slice(0, 10)}</text>`;
  }).join('');
}

function stacked(lines: readonly Line[]): readonly Line[] {
  const sums: number[] = [];
  return lines.map((line) => {
    const values = line.values.map((value, i) => {
      sums[i] = (sums[i] ?? 0) + (value ?? 0);
      return sums[i] as number;
    });
    return { ...line, values };
  });
}

/** "<" never stands in it: names are symbols, themes and strategies, but a config may call them anything. */
function dataOf(times: readonly string[], lines: readonly Line[]): string {
  const json = JSON.stringify({ times, lines: lines.map(({ name, values }) => ({ name, values })) });
  return json.replaceAll('<', '\\u003c');
}
