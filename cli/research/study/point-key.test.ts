import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CONFIG_DIR } from '../../decision/read-inputs.ts';
import type { Point, StudyInputs } from './point.ts';
import { pointKeys } from './point-key.ts';

it('[REQ-BT1] a point goes by another name as soon as anything could change its figures, and by the same otherwise', () => {
  const dir = mkdtempSync(join(tmpdir(), 'key-'));
  try {
    const bars = join(dir, 'BTC-USD_1h.csv');
    writeFileSync(bars, 'time,open,high,low,close,volume\n3600,1,1,1,1,1\n');
    const inputs: StudyInputs = {
      data: dir,
      interval: '1h',
      symbols: undefined,
      quote: 'USD',
      capital: '10000',
      seed: 1,
      stage: 'local',
      config: CONFIG_DIR,
      changes: [],
    };
    const point: Point = {
      changes: [],
      strategies: undefined,
      fromMs: 0,
      toMs: 1,
      fees: null,
      costFactor: 1,
      keepsTrips: false,
    };
    const keyOf = (study: Partial<StudyInputs> = {}, own: Partial<Point> = {}) =>
      pointKeys({ ...inputs, ...study }, [{ ...point, ...own }])[0];
    const plain = keyOf();
    const others = [
      keyOf({ seed: 2 }),
      keyOf({ capital: '20000' }),
      keyOf({ stage: 'paper' }),
      keyOf({ symbols: ['BTC-USD'] }),
      keyOf({ changes: ['policy.exits.max_hold_hours=2'] }),
      keyOf({}, { changes: ['policy.exits.max_hold_hours=3'] }),
      keyOf({}, { strategies: ['donchian-breakout'] }),
      keyOf({}, { fromMs: 1 }),
      keyOf({}, { toMs: 2 }),
      keyOf({}, { fees: { maker: 60, taker: 120 } }),
      keyOf({}, { costFactor: 2 }),
      keyOf({}, { keepsTrips: true }),
    ];
    writeFileSync(bars, 'time,open,high,low,close,volume\n3600,1,1,1,1,2\n');

    expect(new Set([plain, ...others, keyOf()]).size).toBe(others.length + 2);
    writeFileSync(bars, 'time,open,high,low,close,volume\n3600,1,1,1,1,1\n');
    expect(keyOf()).toBe(plain);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
