import { describe, expect, it } from 'vitest';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import type { AccountStore, Lease } from '../../shared/ports/stores.ts';
import { sampleAccount, TWENTY } from './samples.ts';

const TTL = 60_000;

interface LeaseParts {
  readonly lease: Lease;
  readonly accounts: AccountStore;
}

export function leaseContract(name: string, open: (botId: string, mode: Mode) => LeaseParts): void {
  describe(`lease: ${name}`, () => {
    it('[REQ-SI1] is held by one owner at a time, also against itself', async () => {
      const { lease } = open('lea1', 'PAPER');
      expect(await lease.acquire('a', TTL, 0)).toEqual({ kind: 'held', fence: 1 });
      expect(await lease.acquire('b', TTL, TTL - 1)).toEqual({ kind: 'busy', owner: 'a' });
      expect(await lease.acquire('a', TTL, TTL - 1)).toEqual({ kind: 'busy', owner: 'a' });
    });

    it('falls to the next owner when it runs out, with a larger fence', async () => {
      const { lease } = open('lea2', 'PAPER');
      await lease.acquire('a', TTL, 0);
      expect(await lease.acquire('b', TTL, TTL)).toEqual({ kind: 'held', fence: 2 });
    });

    it('is free at once when released, and the fence still grows', async () => {
      const { lease } = open('lea3', 'PAPER');
      await lease.acquire('a', TTL, 0);
      await lease.release(1);
      expect(await lease.acquire('b', TTL, 1)).toEqual({ kind: 'held', fence: 2 });
    });

    it('ignores a release by an owner that has lost it', async () => {
      const { lease } = open('lea4', 'PAPER');
      await lease.acquire('a', TTL, 0);
      await lease.acquire('b', TTL, TTL);
      await lease.release(1);
      expect(await lease.acquire('c', TTL, TTL + 1)).toEqual({ kind: 'busy', owner: 'b' });
      await open('lea4-never', 'PAPER').lease.release(1);
    });

    it('[REQ-SI1] goes to exactly one of twenty that race for it', async () => {
      const { lease } = open('lea5', 'PAPER');
      const answers = await Promise.all(TWENTY.map((i) => lease.acquire(`owner-${i}`, TTL, 0)));
      expect(answers.filter(({ kind }) => kind === 'held')).toEqual([{ kind: 'held', fence: 1 }]);
    });

    it('[REQ-SI1] lets two owners write one after the other but never at once, round after round', async () => {
      const { lease } = open('lea6', 'PAPER');
      for (let round = 1; round <= 10; round += 1) {
        const nowMs = round * TTL;
        const answers = await Promise.all(['a', 'b'].map((owner) => lease.acquire(owner, TTL, nowMs)));
        expect(answers.filter(({ kind }) => kind === 'held')).toEqual([{ kind: 'held', fence: round }]);
      }
    });

    it('[REQ-SI1] stops an owner that slept through its lease from writing', async () => {
      const { lease, accounts } = open('lea7', 'PAPER');
      const account = (version: number, fence: number) => sampleAccount('lea7', 'PAPER', { version, fence });
      const sleeper = await lease.acquire('sleeper', TTL, 0);
      if (sleeper.kind === 'busy') throw new Error('a new lease is free');
      expect(await accounts.save(account(1, sleeper.fence))).toBe('saved');

      const successor = await lease.acquire('successor', TTL, TTL);
      if (successor.kind === 'busy') throw new Error('the lease has run out');
      expect(await accounts.save(account(2, successor.fence))).toBe('saved');

      expect(await accounts.save(account(2, sleeper.fence))).toBe('fenced');
      expect(await accounts.save(account(3, sleeper.fence))).toBe('fenced');
      expect(await accounts.load()).toEqual(account(2, successor.fence));
    });

    it('[I10] is one lease per mode', async () => {
      await open('lea8', 'PAPER').lease.acquire('a', TTL, 0);
      expect(await open('lea8', 'LIVE').lease.acquire('b', TTL, 0)).toEqual({ kind: 'held', fence: 1 });
    });
  });
}
