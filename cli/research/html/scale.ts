export type Scale = 'linear' | 'log';

export interface Axis {
  /** 0 at the bottom, 1 at the top. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
  readonly text: (tick: number) => string;
}

const MOST_TICKS = 6;

/** Room for all values, and round figures to read them by. */
export function axisOf(
  values: readonly number[],
  {
    scale,
    unit,
    isArea,
    isStacked,
  }: { readonly scale: Scale; readonly unit: string; readonly isArea?: boolean; readonly isStacked?: boolean },
): Axis {
  const known = isArea || isStacked ? [...values, 0] : values;
  const low = known.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
  const high = known.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  if (!(low <= high)) return { at: () => 0, ticks: [], text: String };
  const text = (tick: number) => `${compact(tick)}${unit}`;
  return scale === 'log' && low > 0 ? logAxis(low, high, text) : linearAxis(low, high, text);
}

function linearAxis(low: number, high: number, text: Axis['text']): Axis {
  const span = high - low || Math.abs(high) || 1;
  const step = roundStep(span / (MOST_TICKS - 1));
  const from = Math.floor(low / step) * step;
  const to = Math.max(Math.ceil(high / step) * step, from + step);
  const ticks = Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) =>
    Number((from + i * step).toFixed(9)),
  );
  return { at: (value) => (value - from) / (to - from), ticks, text };
}

function logAxis(low: number, high: number, text: Axis['text']): Axis {
  const [from, to] = [Math.log(low / 1.05), Math.log(high * 1.05)];
  const steps = [1, 2, 5].flatMap((digit) => Array.from({ length: 24 }, (_, power) => Number(`${digit}e${power - 8}`)));
  const inside = steps.filter((step) => Math.log(step) >= from && Math.log(step) <= to).sort((a, b) => a - b);
  const every = Math.ceil(inside.length / MOST_TICKS);
  const ticks = inside.filter((_, i) => i % every === 0);
  return { at: (value) => (Math.log(value) - from) / (to - from), ticks, text };
}

function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const digit = [1, 2, 5, 10].find((each) => each * power >= raw - 1e-12) ?? 10;
  return digit * power;
}

function compact(value: number): string {
  return value.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 2 });
}
