import { expect, test } from 'vitest';
import { latencyOf } from './percentiles.ts';

test('percentiles are by nearest rank', () => {
  const samples = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(latencyOf(samples)).toEqual({ p50: 50, p95: 95, p99: 99 });
  expect(latencyOf([7.26])).toEqual({ p50: 7.3, p95: 7.3, p99: 7.3 });
  expect(latencyOf([])).toEqual({ p50: 0, p95: 0, p99: 0 });
});
