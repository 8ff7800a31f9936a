/** To so many decimals, and never minus zero: the figures of a report are the same text on every machine. */
export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  const result = Math.round(value * scale) / scale;
  return result === 0 ? 0 : result;
}

export function roundedOrNull(value: number | null, digits: number): number | null {
  return value === null ? null : rounded(value, digits);
}

export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
