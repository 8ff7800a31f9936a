import { InvalidArgumentError } from 'commander';

/** A UTC date or time, to milliseconds since the epoch. */
export function parseUtcTime(text: string): number {
  const isDate = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z?)?$/.test(text);
  const ms = isDate ? Date.parse(text.includes('T') && !text.endsWith('Z') ? `${text}Z` : text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Use a UTC date or time: 2021-05-18 or 2021-05-18T12:00Z.');
  return ms;
}
