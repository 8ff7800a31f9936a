import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type NightOptions, runNight } from './night.ts';
import { inAll, shardsOf } from './shards.ts';

describe('a soak of the execution path', () => {
  it('[REQ-X1] [REQ-CB1] [I2] [I5] [I6] [I7] ends a stormy night with every order placed once and every fill booked', async () => {
    const { figures, breaks } = await night({ seed: 1, intents: 150 });

    expect(breaks).toEqual([]);
    expect(figures.most_live_orders_of_an_intent).toBe(1);
    // A night in which nothing happened would prove nothing.
    expect(figures.intents).toBeGreaterThanOrEqual(150);
    expect(figures.replies_lost).toBeGreaterThan(10);
    expect(figures.fills).toBeGreaterThan(30);
    expect(figures.legs_more).toBeGreaterThan(5);
    expect(figures.ways_cleared).toBeGreaterThan(3);
    expect(figures.process_kills).toBeGreaterThan(3);
    expect(figures.twin_workers).toBeGreaterThan(3);
  });

  it('is the same night for the same seed', async () => {
    const first = await night({ seed: 2, intents: 40 });

    expect(await night({ seed: 2, intents: 40 })).toEqual(first);
    expect((await night({ seed: 3, intents: 40 })).figures).not.toEqual(first.figures);
  });

  it('[I2] reports a bot that sends an order again under a fresh id when the reply is lost', async () => {
    const { breaks } = await night({ seed: 1, intents: 40, plant: 'resend' });

    expect(breaks.map(({ kind }) => kind)).toContain('duplicate');
  });

  it('[I5] reports a bot that takes an accepted cancel for an order that has ended', async () => {
    const { breaks } = await night({ seed: 3, intents: 100, plant: 'trust_cancel', cancelLagMs: 2_000 });

    expect(breaks.map(({ kind }) => kind)).toContain('oversell');
  });

  it('shares the intents among nights of their own', () => {
    const shards = shardsOf(10_000, 1);

    expect(shards.reduce((sum, { intents }) => sum + intents, 0)).toBe(10_000);
    expect(new Set(shards.map(({ seed }) => seed)).size).toBe(shards.length);
    expect(shardsOf(150, 1)).toHaveLength(1);
  });

  it('adds the figures of the nights up', async () => {
    const [one, two] = [await night({ seed: 2, intents: 10 }), await night({ seed: 3, intents: 10 })];

    const { figures } = inAll([one, two]);

    expect(figures.fills).toBe(one.figures.fills + two.figures.fills);
    expect(Object.values(figures.endings).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(20);
  });
});

function night(options: Omit<NightOptions, 'dir'>) {
  const dir = mkdtempSync(join(tmpdir(), 'soak-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return runNight({ ...options, dir });
}
