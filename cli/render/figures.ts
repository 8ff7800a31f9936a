/** "10000.126" -> "$10,000.13". For people: rounded. */
export function dollars(text: string | null): string {
  if (text === null) return '$-';
  const amount = Number(text);
  const shown = Math.abs(amount).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${amount < 0 ? '-' : ''}$${shown}`;
}

/** Prices of all sizes with six significant digits: 64120.1, 0.0000242. */
export function priceFigure(value: number): string {
  if (!Number.isFinite(value) || value === 0) return '0';
  const decimals = Math.max(0, 5 - Math.floor(Math.log10(Math.abs(value))));
  return value
    .toFixed(Math.min(decimals, 12))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** "2025-01-06 00:01". */
export function minuteOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

export function percent(value: number): string {
  return `${value.toFixed(2)}%`;
}

/** "cooldown 3, spread 1", the most frequent first. */
export function reasonsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
}

/** "45 s", "12 min", "3.5 h", "12 d". */
export function ageText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3_600) return `${(seconds / 3_600).toFixed(1)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
