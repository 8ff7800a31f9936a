import { describe, expect, it } from 'vitest';
import type { Standing } from '../core/gates/standing.ts';
import type { GatedAuthority } from './gated-authority.ts';
import { agedKeysRefused } from './key-ages.ts';
import type { CyclePorts, CycleSettings } from './ports.ts';
import { rehearse } from './rehearse.ts';
import { testConfig } from './testing/test-config.ts';

const REFUSED: Standing = { kind: 'refused', reason: 'nobody has promoted it' };
const CANARY: Standing = { kind: 'granted', step: 'LIVE_CANARY' };
const LIVE: Standing = { kind: 'granted', step: 'LIVE' };
const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

/** As a function composes it: the gates, and keys of a known age, as one authority. */
function authorityOf(now: () => Standing, keyAgeDays: number): GatedAuthority {
  const gates: GatedAuthority = {
    standing: async () => now(),
    refusal: async () => {
      const standing = now();
      return standing.kind === 'refused' ? standing.reason : null;
    },
  };
  const changed = NOW - keyAgeDays * DAY;
  const ages = { checked_at_ms: NOW, changed_at_ms: { view: changed, trade: changed }, rotations: [] };
  const facts = { load: async () => ({ version: 1, value: ages }), save: async () => 'saved' as const };
  return agedKeysRefused(gates, { facts, clock: { nowMs: () => NOW, monotonicMs: () => 0, sleep: async () => {} } });
}

async function refusalOf(begin: Standing, later: Standing, keyAgeDays = 1, isExempt = false): Promise<string | null> {
  let now = begin;
  const authority = authorityOf(() => now, keyAgeDays);
  const settings = { config: testConfig('bot') } as unknown as CycleSettings;
  // However it is wrapped on its way into the ports.
  const wrapped = { refusal: () => authority.refusal() };
  const ports = { liveAuthority: wrapped, archive: {}, notifier: {}, clock: {} } as unknown as CyclePorts;
  const noted = { mode: 'LIVE', botId: 'bot', intervalMs: 60_000 } as Parameters<typeof rehearse>[1];
  const opened = await rehearse({ evidence: {} as never, authority, isExempt }, noted).open(ports, settings);
  now = later;
  return opened.ports.liveAuthority.refusal();
}

describe('[REQ-M1] [I10] the authority of a cycle', () => {
  it('is the one it began with: who is let in meanwhile waits for the next cycle and its config', async () => {
    expect(await refusalOf(REFUSED, CANARY)).toBe('nobody has promoted it');
    expect(await refusalOf(REFUSED, LIVE)).toBe('nobody has promoted it');
  });

  it('ends with what is taken back meanwhile', async () => {
    expect(await refusalOf(LIVE, REFUSED)).toBe('nobody has promoted it');
    expect(await refusalOf(LIVE, CANARY)).toBe('it went back to the canary during this cycle');
    expect(await refusalOf(CANARY, LIVE)).toBeNull();
    expect(await refusalOf(LIVE, LIVE)).toBeNull();
  });

  it('is left to an exchange that moves no money', async () => {
    expect(await refusalOf(REFUSED, LIVE, 1, true)).toBeNull();
  });

  it('[REQ-SEC2] needs keys that are young enough, whatever the gates grant', async () => {
    expect(await refusalOf(LIVE, LIVE, 91)).toMatch(/^secrets: the view key: 91 days old/);
  });
});
