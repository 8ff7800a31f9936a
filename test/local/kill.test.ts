import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { killText, pull } from '../../cli/commands/kill.ts';
import { rearm } from '../../cli/commands/rearm.ts';
import { openBooks } from '../../cli/operator/books.ts';
import { folderTarget, killTarget } from '../../cli/operator/kill-target.ts';
import { fileKillSwitch, setFileKillSwitch } from '../../shared/adapters/local/file-kill-switch.ts';
import { acceptedOrders, freshDir, ROOT, run } from './harness.ts';

const config = join(ROOT, 'config');
const LIVE = { mode: 'live', exchange: 'simulator' } as const;

describe('an operator who stops a run on this machine', () => {
  it('[REQ-K1] is seen by the running bot: nothing is placed any more, and the halt is on record with its timings', async () => {
    const state = freshDir();
    let cycles = 0;
    const placed = { atPull: 0 };
    await run({ ...LIVE, state, cycles: 25, speed: 600 }, () => ({
      cycle() {
        cycles += 1;
        // It would buy in the next one, too.
        if (cycles !== 5) return;
        setFileKillSwitch(state, { kind: 'killed', reason: 'looks wrong (me)' });
        placed.atPull = acceptedOrders(state).length;
      },
    }));

    expect(acceptedOrders(state)).toHaveLength(placed.atPull);
    const record = JSON.parse(readFileSync(join(state, 'halt.json'), 'utf8')) as Record<string, unknown>;
    expect(record).toMatchObject({ reason: 'looks wrong (me)', remaining: [], faults: [] });
    expect(record['detect_ms']).toBeLessThanOrEqual(3_000);
    expect(record['cancelled_ms']).toBeLessThanOrEqual(10_000);

    await expect(rearm({ state, config, reason: 'checked', confirm: 'yes' })).rejects.toThrow('"rearm" was not typed');
    const armed = await rearm({ state, config, reason: 'checked', confirm: 'rearm', by: 'me' });
    expect(armed).toMatchObject({ switch: 'armed', by: 'me' });
    expect(await fileKillSwitch(state).read()).toEqual({ kind: 'armed' });
    const reports: string[][] = [];
    await run({ ...LIVE, state, cycles: 2 }, () => ({
      cycle: ({ decision }) => void reports.push(decision?.gates.map(({ gate }) => gate) ?? []),
    }));
    expect(reports).toEqual([['rearmed'], []]);
  }, 60_000);

  it('[REQ-K1] is shown what the runbook asks for: what a halt left, and what went wrong with it', () => {
    const told = (halt: Readonly<Record<string, unknown>>) => {
      const rest = { target: 'stage live', reason: 'why', flatten: false, since: null, asked: null, halt_unread: null };
      return killText({ ...rest, switch: 'killed', halt: { detect_ms: 5, alert_ms: 6, cancelled_ms: null, ...halt } });
    };

    expect(told({ remaining: [], faults: [] })).toMatch(/^remaining none\nfaults {4}none$/m);
    const left = told({ remaining: ['247t-BTC-USD-1-e1'], faults: ['orders: unavailable', 'balances: unavailable'] });
    expect(left).toMatch(/^remaining 247t-BTC-USD-1-e1\nfaults {4}orders: unavailable; balances: unavailable$/m);
  });

  it('[REQ-K1] sells everything in a step of its own, and buys nothing meanwhile', async () => {
    const state = freshDir();
    let cycles = 0;
    const held: number[] = [];
    let sold = 0;
    const { summary } = await run({ mode: 'paper', state, cycles: 16 }, () => ({
      cycle({ decision }) {
        cycles += 1;
        // It holds something by now, and would buy more in the next one.
        if (cycles === 5) setFileKillSwitch(state, { kind: 'killed', reason: 'out', flatten: true });
        if (cycles <= 5) return;
        held.push(decision?.orders.filter(({ side }) => side === 'BUY').length ?? 0);
        sold += decision?.orders.filter(({ purpose }) => purpose === 'exit').length ?? 0;
      },
    }));

    expect(summary.fills).toBeGreaterThan(1);
    expect(held.every((buys) => buys === 0)).toBe(true);
    expect(sold).toBeGreaterThan(0);
    const books = await openBooks({ state, config });
    expect((await books.accounts.load())?.positions).toEqual({});
    await books.close();
  }, 60_000);

  it('[REQ-K1] is told that nothing runs, and the switch is pulled all the same', async () => {
    const state = freshDir();
    await run({ mode: 'paper', state, cycles: 1 });

    expect(await pull(folderTarget(state), 'looks wrong', 'me')).toMatchObject({
      switch: 'killed',
      reason: 'looks wrong (me)',
      asked: null,
      halt: null,
    });
    await expect(rearm({ state, config, reason: 'checked', confirm: 'rearm' })).rejects.toThrow('no halt is on record');
  });

  it.each(['looks wrong (me)', 'the disk was full (me)'])(
    '[REQ-K1] is not told that the halt of an earlier pull was that of this one: %s',
    async (reason) => {
      const state = freshDir();
      await run({ mode: 'paper', state, cycles: 1 });
      const earlier = { reason, at: '2025-01-06T00:00:00.000Z', detect_ms: 1, alert_ms: 2, cancelled_ms: 3 };
      writeFileSync(join(state, 'halt.json'), JSON.stringify({ ...earlier, remaining: [], faults: [] }));

      const outcome = await pull(folderTarget(state), 'looks wrong', 'me');

      expect(outcome).toMatchObject({ switch: 'killed', halt: null });
      expect(killText(outcome)).toContain('none on record of this pull: nothing runs there');
      expect(killText(outcome)).not.toContain('all cancelled');
    },
  );

  it('[REQ-K1] has pulled the switch even when nobody could be asked besides', async () => {
    const state = freshDir();
    await run({ mode: 'paper', state, cycles: 1 });
    const target = { ...folderTarget(state), askHalt: () => Promise.reject(new Error('no such topic')) };

    expect(await pull(target, 'looks wrong', 'me', 0)).toMatchObject({
      switch: 'killed',
      asked: expect.stringContaining('the switch is pulled, but the halt function could not be asked (no such topic)'),
    });
  });

  it.each([
    [{ config, state: '.', stage: 'dev' as const }, 'name one: --state DIR'],
    [{ config, state: '/nowhere/at/all' }, 'no run has kept its state in /nowhere/at/all'],
    [{ config, state: ROOT }, `no run has kept its state in ${ROOT}`],
    [{ config, stage: 'local' as const }, '--stage local is no stage on AWS'],
  ])('is told what is missing in %j', (flags, message) => {
    expect(() => killTarget(flags)).toThrow(message);
  });

  it('[REQ-K1] is not told that there is no run where this user may not look', () => {
    // No rights keep a superuser out; a circle of links keeps out everybody.
    const circle = join(freshDir(), 'circle');
    symlinkSync(circle, circle);
    expect(() => killTarget({ config, state: circle })).toThrow('ELOOP');
  });
});
