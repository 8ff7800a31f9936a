import { describe, expect, it } from 'vitest';
import { drillFailures } from '../../shared/core/gates/checklist.ts';
import { drillConfig } from '../commands/drill.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { killDrill } from './kill-drill.ts';

const QUIET = { orders: 6, seed: 7, withFaults: false, duringCycle: false, storeUnreachable: false };

describe('the kill-switch drill', () => {
  const config = drillConfig(CONFIG_DIR, 'local');

  it.each([
    ['on a quiet exchange', {}],
    ['with 20 % of the requests refused and 20 % of the replies lost', { withFaults: true }],
    ['while a cycle decides', { duringCycle: true }],
    ['when the parameter store stops answering', { storeUnreachable: true }],
  ])(
    '[REQ-K1] detects within 3 s, alerts within 5 s and cancels all within 10 s %s',
    async (_how, plan) => {
      const result = await killDrill({ ...QUIET, ...plan, config });

      expect(result).toMatchObject({ orders: 6, remaining: 0, placed_after: 0 });
      expect(drillFailures(result)).toEqual([]);
    },
    60_000,
  );

  it('[REQ-K1] is held in PAPER as well, with orders that rest in the paper book', async () => {
    const result = await killDrill({ ...QUIET, config: drillConfig(CONFIG_DIR, 'local', 'PAPER') });

    expect(result).toMatchObject({ orders: 6, remaining: 0, placed_after: 0 });
    expect(drillFailures(result)).toEqual([]);
  }, 60_000);

  it('names every limit that was missed', () => {
    const late = { orders: 1, detect_ms: 3_001, alert_ms: null, cancelled_ms: 10_001, remaining: 2, placed_after: 1 };

    expect(drillFailures(late)).toEqual([
      'detect_ms 3001, 3000 allowed',
      'alert_ms never, 5000 allowed',
      'cancelled_ms 10001, 10000 allowed',
      '2 orders were left',
      '1 orders were placed after the switch was pulled',
    ]);
  });
});
