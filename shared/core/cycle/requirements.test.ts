import { expect, it } from 'vitest';
import { configOf, SLOT_MS, T } from '../../../test/core/world.ts';
import { windowStart } from '../indicators/anchor.ts';
import { firstBarNeeded } from './requirements.ts';

const both = configOf({ signals: { strategy: { 'time-series-momentum': { enabled: true } } } });
const none = configOf({ signals: { strategy: { 'donchian-breakout': { enabled: false } } } });

it('[I8] asks for the longest window of the strategies that run, and never more than one request gives', () => {
  for (let slot = 0; slot < 600; slot += 1) {
    const t = T + slot;
    const first = firstBarNeeded(both, SLOT_MS + slot * 60_000);
    expect(first).toBe(Math.min(windowStart(t, 20), windowStart(t, 30)));
    expect(t - first + 1).toBeLessThanOrEqual(300);
  }
});

it('asks for a few bars even when no strategy runs: positions still need a price', () => {
  expect(firstBarNeeded(none, SLOT_MS)).toBe(T - 9);
});
