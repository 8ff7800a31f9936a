/** A number as plain decimal text: JavaScript writes 1.2e-7 where the wire says 0.00000012. */
export function decimalText(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toFixed(14).replace(/\.?0+$/, '');
}

export function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
