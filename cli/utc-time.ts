import { InvalidArgumentError } from 'commander';

/** A UTC date or time, to milliseconds since the epoch. */
export function parseUtcTime(text: string): number {
  const ms = msOf(text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Use a UTC date or time: 2021-05-18 or 2021-05-18T12:00Z.');
  return ms;
}

/** A UTC date, to its first millisecond since the epoch. */
export function parseUtcDay(text: string): number {
  const ms = text.includes('T') ? Number.NaN : msOf(text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Use a UTC date, such as 2026-01-31.');
  return ms;
}

/** NaN: there is no such day or time. Date.parse alone would make 2 March of 30 February. */
function msOf(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z?)?$/.test(text)) return Number.NaN;
  const ms = Date.parse(text.includes('T') && !text.endsWith('Z') ? `${text}Z` : text);
  const isThatDay = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.replace('Z', ''));
  return isThatDay ? ms : Number.NaN;
}
