import { describe, expect, it } from 'vitest';
import { runWeeks } from './weeks.ts';

describe('the whole bot through bad days', () => {
  it('[I2] [I3] [I4] [I5] [I6] [I7] [I8] breaks nothing in a morning in which much happens', async () => {
    const { breaks, figures } = await runWeeks({ seed: 7, days: 0.2, interval: '5m', rage: 3 });

    expect(breaks).toEqual([]);
    // A morning in which nothing happened would prove nothing.
    expect(figures['fills']).toBeGreaterThan(2);
    expect(figures['deaths']).toBeGreaterThan(2);
    expect(figures['cycle calm']).toBeGreaterThan(10);
    expect(figures['replayed']).toBeGreaterThan(5);
  });

  it('[I3] finds a bot that takes caps for other ones than they are, twice the same', async () => {
    const run = () => runWeeks({ seed: 5, days: 0.1, interval: '5m', plant: 'greedy' });
    const first = await run();

    expect(first.breaks.map(({ kind }) => kind)).toContain('caps');
    expect(await run()).toEqual(first);
  });

  it('finds a bot whose protection never reaches the exchange', async () => {
    const { breaks } = await runWeeks({ seed: 5, days: 0.2, interval: '5m', plant: 'bare' });

    expect(breaks.map(({ kind }) => kind)).toContain('unprotected');
  });

  it.each([
    ['[REQ-K1] does not hear of a pulled switch', 'deaf', 'order_after_kill'],
    ['[I6] never hears of a fill', 'forgetful', 'silent_gap'],
  ] as const)('finds a bot that %s', async (_what, plant, kind) => {
    const { breaks } = await runWeeks({ seed: 4, days: 0.2, interval: '5m', plant, rage: 3 });

    expect(breaks.map(({ kind: found }) => found)).toContain(kind);
  });

  it('[I2] [I6] [I7] breaks nothing on paper, where nobody else can be to blame for a difference', async () => {
    const { breaks, figures } = await runWeeks({ seed: 4, days: 0.15, interval: '5m', rage: 4, mode: 'PAPER' });

    expect(breaks).toEqual([]);
    expect(figures['fills']).toBeGreaterThan(2);
    expect(figures['deaths']).toBeGreaterThan(2);
  });

  it('[I7] finds a bot that blames others for what it has done on paper itself', async () => {
    const { breaks } = await runWeeks({ seed: 6, days: 0.13, interval: '5m', plant: 'cheap', mode: 'PAPER' });

    expect(breaks.map(({ kind }) => kind)).toContain('accused');
  });

  it('[REQ-M1] [I7] finds a bot that goes back to PAPER for a difference that is none', async () => {
    const { breaks } = await runWeeks({ seed: 2, days: 0.1, interval: '5m', plant: 'misread', alone: true });

    expect(breaks.map(({ kind }) => kind)).toContain('demoted');
  });

  it("[I2] [I6] breaks nothing on the table's own adapter, whose requests fail", async () => {
    const { breaks, figures } = await runWeeks({ seed: 5, days: 0.05, interval: '5m', rage: 2, table: 'dynamo' });

    expect(breaks).toEqual([]);
    expect(figures['orders']).toBeGreaterThan(0);
  });
});
