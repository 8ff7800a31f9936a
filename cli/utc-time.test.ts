import { describe, expect, it } from 'vitest';
import { parseUtcDay, parseUtcTime } from './utc-time.ts';

describe('times on the command line', () => {
  it.each([
    ['2021-05-18', '2021-05-18T00:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2021-05-18T12:00', '2021-05-18T12:00:00.000Z'],
    ['2021-05-18T12:00Z', '2021-05-18T12:00:00.000Z'],
    ['2021-05-18T23:59:59Z', '2021-05-18T23:59:59.000Z'],
  ])('%s is read in UTC', (text, iso) => {
    expect(new Date(parseUtcTime(text)).toISOString()).toBe(iso);
  });

  it.each(['2025-02-29', '2025-02-30', '2025-04-31T12:00Z', '2025-13-01', '2025-01-06T24:00', 'yesterday', '2025-1-6'])(
    '%s is refused: another day than the one that was typed would be taken',
    (text) => {
      expect(() => parseUtcTime(text)).toThrow('Use a UTC date or time');
      expect(() => parseUtcDay(text)).toThrow('Use a UTC date, such as 2026-01-31.');
    },
  );

  it('a day is a date without a time', () => {
    expect(parseUtcDay('2026-01-31')).toBe(Date.parse('2026-01-31T00:00:00Z'));
    expect(() => parseUtcDay('2026-01-31T00:00Z')).toThrow('Use a UTC date');
  });
});
