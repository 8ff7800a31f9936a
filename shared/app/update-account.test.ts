import { describe, expect, it } from 'vitest';
import { usd } from '../core/money/fixed.ts';
import { approvedOrder, type Desk } from './testing/desk.ts';
import { deskOpener } from './testing/each-desk.ts';
import { cycleWith } from './testing/pipeline.ts';
import { updateAccount } from './update-account.ts';

const openDesk = deskOpener();

describe('changing the account', () => {
  it('[I6] loses no change of writers that race', async () => {
    const desk = await opened();
    const bump = (account: NonNullable<Awaited<ReturnType<typeof desk.ports.accounts.load>>>) => ({
      ...account,
      fees_paid: (account.fees_paid + usd('1')) as typeof account.fees_paid,
    });

    await Promise.all([1, 2, 3, 4].map(() => updateAccount(desk.ports.accounts, bump)));

    expect((await desk.ports.accounts.load())?.fees_paid).toBe(usd('4'));
  });

  it('[REQ-SI1] [I2] keeps a paused owner that wakes from writing', async () => {
    const desk = await opened();
    const { accounts, lease } = desk.ports;
    const paused = await lease.acquire('paused', 1_000, desk.nowMs);
    const next = await lease.acquire('next', 1_000, desk.nowMs + 1_001);
    if (paused.kind !== 'held' || next.kind !== 'held') throw new Error('both hold it in turn');

    const touch = (cash: string) => (account: Parameters<Parameters<typeof updateAccount>[1]>[0]) => ({
      ...account,
      cash: usd(cash),
    });
    const byNext = await updateAccount(accounts, touch('5'), next.fence);
    const byPaused = await updateAccount(accounts, touch('6'), paused.fence);

    expect(byNext.kind).toBe('saved');
    expect(byPaused.kind).toBe('fenced');
    expect((await accounts.load())?.cash).toBe(usd('5'));
  });

  it('writes nothing when nothing changes', async () => {
    const desk = await opened();
    const before = await desk.ports.accounts.load();

    expect((await updateAccount(desk.ports.accounts, (account) => account)).kind).toBe('unchanged');
    expect((await desk.ports.accounts.load())?.version).toBe(before?.version);
  });
});

async function opened(): Promise<Desk> {
  const desk = openDesk();
  await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
  return desk;
}
