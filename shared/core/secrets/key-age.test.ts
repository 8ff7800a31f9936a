import { expect, test } from 'vitest';
import { keyAgeRefusal, secretAgeVerdict } from './key-age.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 1_000 * DAY_MS;
const agedDays = (days: number) => NOW_MS - days * DAY_MS;
const ages = (view: number | null, trade: number | null, checkedDaysAgo = 0) => ({
  checked_at_ms: agedDays(checkedDaysAgo),
  changed_at_ms: { view: view === null ? null : agedDays(view), trade: trade === null ? null : agedDays(trade) },
  rotations: [],
});

test.each([
  [0, 'fresh', false],
  [79.99, 'fresh', false],
  [80, 'ageing', false],
  [89.99, 'ageing', false],
  [90, 'expired', true],
  [400, 'expired', true],
])('[REQ-SEC2] a key of %f days is %s', (days, status, blocksLive) => {
  expect(secretAgeVerdict(agedDays(days), NOW_MS)).toMatchObject({ status, blocksLive });
});

test('[REQ-SEC2] an age that cannot be told, or lies in the future, blocks LIVE', () => {
  expect(secretAgeVerdict(null, NOW_MS)).toMatchObject({ status: 'unknown', blocksLive: true });
  expect(secretAgeVerdict(agedDays(-2), NOW_MS)).toMatchObject({ status: 'unknown', blocksLive: true });
});

test('[REQ-SEC2] LIVE is refused for either key, and for knowledge that is missing or older than three days', () => {
  expect(keyAgeRefusal(ages(10, 89), NOW_MS)).toBeNull();
  expect(keyAgeRefusal(ages(10, 90), NOW_MS)).toContain('the trade key: 90 days old');
  expect(keyAgeRefusal(ages(91, 10), NOW_MS)).toContain('the view key: 91 days old');
  expect(keyAgeRefusal(ages(null, 10), NOW_MS)).toContain('cannot be told');
  expect(keyAgeRefusal(ages(10, 10, 3), NOW_MS)).toBeNull();
  expect(keyAgeRefusal(ages(10, 10, 3.1), NOW_MS)).toContain('three days');
  expect(keyAgeRefusal(undefined, NOW_MS)).toContain('nobody has looked');
});
