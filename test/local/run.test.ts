import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { setFileKillSwitch } from '../../shared/adapters/local/file-kill-switch.ts';
import { acceptedOrders, freshDir, ROOT, run } from './harness.ts';

/** It has bought, protected and sold by then, and bought again. */
const CYCLES = 36;

const runOnce = async (mode: 'paper' | 'live') => {
  const state = freshDir();
  const decisions = join(state, 'decisions.jsonl');
  const { summary } = await run({ mode, state, cycles: CYCLES, decisions });
  return { summary, decisions: readFileSync(decisions, 'utf8'), accepted: acceptedOrders(state) };
};
type Run = Awaited<ReturnType<typeof runOnce>>;
const first: Partial<Record<'paper' | 'live', Promise<Run>>> = {};
/** The first run of a mode: whoever asks for it again in this file takes the same one. */
function firstRun(mode: 'paper' | 'live'): Promise<Run> {
  first[mode] ??= runOnce(mode);
  return first[mode];
}

describe('a local run on the synthetic market', () => {
  test.each(['paper', 'live'] as const)(
    '[I8] [I7] trades in %s mode without a break and decides the same bytes a second time',
    { timeout: 180_000 },
    async (mode) => {
      const { summary, decisions, accepted } = await firstRun(mode);
      expect(summary).toMatchObject({ cycles: CYCLES, degraded_cycles: 0, invariant_breaks: 0, errors: 0 });
      expect(summary.fills).toBeGreaterThanOrEqual(5);
      // Protection that the exchange does not take is approved, previewed and not placed.
      expect(summary.orders.placed).toBeGreaterThanOrEqual(summary.fills > 0 ? 5 : 0);
      expect(decisions.trimEnd().split('\n')).toHaveLength(CYCLES);
      // PAPER never touches the exchange; LIVE places every order there once.
      expect(accepted).toHaveLength(mode === 'paper' ? 0 : summary.orders.placed);
      expect(new Set(accepted).size).toBe(accepted.length);

      expect((await runOnce(mode)).decisions === decisions).toBe(true);
    },
  );

  test('[REQ-M1] decides in DRY_RUN and places nothing', { timeout: 90_000 }, async () => {
    const { summary } = await run({ mode: 'dry_run', state: freshDir(), cycles: 5 });
    expect(summary).toMatchObject({ cycles: 5, invariant_breaks: 0, errors: 0, fills: 0 });
    expect(summary.approved).toBeGreaterThan(0);
    expect(summary.orders).toEqual({ placed: 0, filled: 0, cancelled: 0, rejected: 0, unknown: 0 });
  });

  test('[I4] orders nothing more once the kill switch is pulled', { timeout: 90_000 }, async () => {
    const state = freshDir();
    const ordersLater: number[] = [];
    const { summary, lines } = await run({ mode: 'live', state, cycles: 15 }, (text) => ({
      cycle: (report, latencyMs) => {
        text.cycle(report, latencyMs);
        if (summaryCycle(report.slot_ms) > 7) ordersLater.push(report.decision?.orders.length ?? 0);
        if (summaryCycle(report.slot_ms) === 7) setFileKillSwitch(state, { kind: 'killed', reason: 'a test' });
      },
    }));
    expect(ordersLater.length).toBeGreaterThanOrEqual(5);
    expect(new Set(ordersLater)).toEqual(new Set([0]));
    // The watcher halts in its own time: a cycle that it meets on the account decides nothing at all.
    expect(summary.degraded_cycles).toBeGreaterThanOrEqual(5);
    expect(lines.filter((line) => line.includes('gate_kill'))).toHaveLength(summary.degraded_cycles);
    const slots = acceptedOrders(state).map((id) => summaryCycle(Number(id.split('-').at(-2)) * 1_000));
    expect(slots.length).toBeGreaterThan(0);
    expect(Math.max(...slots)).toBeLessThanOrEqual(7);
  });

  test('[I8] goes on where a signal stopped it and decides as if it had never stopped', {
    timeout: 180_000,
  }, async () => {
    const state = freshDir();
    const decisions = join(state, 'decisions.jsonl');
    const stopped = await run({ mode: 'live', state, decisions }, (_text, stop) => {
      let cycles = 0;
      return {
        cycle: () => {
          cycles += 1;
          if (cycles === 8) stop.abort();
        },
      };
    });
    expect(stopped.summary).toMatchObject({ cycles: 8, invariant_breaks: 0, errors: 0 });
    const resumed = await run({ mode: 'live', state, decisions, cycles: 8 });
    expect(resumed.lines[0]).toContain('goes on at 2025-01-06 00:08');
    expect(resumed.summary).toMatchObject({ cycles: 8, invariant_breaks: 0, errors: 0 });

    const whole = await firstRun('live');
    const sameCycles = whole.decisions.split('\n').slice(0, 16).join('\n');
    expect(readFileSync(decisions, 'utf8').trimEnd() === sameCycles).toBe(true);
  });

  test('says what is wrong with a config or a candle file, with file and line', { timeout: 90_000 }, async () => {
    await expect(run({ state: freshDir(), config: '/nowhere' })).rejects.toThrow('of /nowhere');
    await expect(run({ state: freshDir(), source: 'replay', data: '/nowhere' })).rejects.toThrow(
      '--data /nowhere is not a folder',
    );
  });
});

const DATA = process.env['TRADER_DATA_DIR'] ?? join(ROOT, '..', 'shared', 'data');

describe.skipIf(!existsSync(DATA))('a local run on real candles', () => {
  test('[I7] trades through a crash on the LIVE path and ends with the exchange to the last digit', {
    timeout: 180_000,
  }, async () => {
    const { summary } = await run({
      mode: 'live',
      state: freshDir(),
      source: 'replay',
      data: join(DATA, '1m-2021q2'),
      from: Date.parse('2021-05-19T13:10Z'),
      to: Date.parse('2021-05-19T13:50Z'),
    });
    expect(summary).toMatchObject({ cycles: 40, invariant_breaks: 0, errors: 0 });
    expect(summary.orders.filled).toBeGreaterThan(0);
  });
});

/** The synthetic market begins at midnight: cycle 1 is slot 00:00. */
function summaryCycle(slotMs: number): number {
  return Math.round((slotMs % 86_400_000) / 60_000);
}
