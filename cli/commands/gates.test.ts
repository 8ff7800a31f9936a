import { describe, expect, it } from 'vitest';
import { testConfig } from '../../shared/app/testing/test-config.ts';
import { capsOf } from '../../shared/core/gates/caps.ts';
import { accountOf, BTC, positionOf } from '../../test/core/world.ts';
import { memoryEvidence } from '../../test/gates/memory-evidence.ts';
import type { GateDesk } from '../operator/gate-desk.ts';
import { gatesReport, runDemote, runPromote } from './gates.ts';

const OLD = 'secrets: the trade key: 91 days old, 90 allowed: run trader secrets rotate';

describe('a demotion', () => {
  const ports = { evidence: memoryEvidence(), notifier: { notify: async () => undefined }, clock: { nowMs: () => 0 } };
  const flags = { config: 'config', by: 'me', reason: 'looks wrong', to: 'LIVE_CANARY' } as const;
  const demoted = (load: () => Promise<unknown>) => {
    const books = { name: 'stage live', config: { app: { bot_id: 'bot', mode: 'LIVE' } }, accounts: { load } };
    const desk = { ...deskWith(null), books, ports, evidence: ports.evidence.all } as unknown as GateDesk;
    return runDemote(desk, flags);
  };

  it('tells where the stage stands, not what was asked for, and what it holds that nothing sells any more', async () => {
    const account = accountOf({ positions: { [BTC]: positionOf('1') } });

    expect(await demoted(async () => account)).toMatchObject({
      target: 'stage live',
      reached: 'DRY_RUN',
      held: [BTC],
    });
  });

  it('is made whatever becomes of the books', async () => {
    const unreadable = () => Promise.reject(new Error('the table does not answer'));

    expect(await demoted(unreadable)).toMatchObject({ reached: 'DRY_RUN', held: null });
  });
});

function deskWith(refusal: string | null): GateDesk {
  const context = { nowMs: 0, codeVersion: 'code', riskHash: 'risk', caps: capsOf(testConfig('bot')) };
  const desk = {
    books: { name: 'stage live', config: { app: { bot_id: 'bot' } } },
    context,
    evidence: async () => [],
    keyRefusal: async () => refusal,
  };
  return desk as unknown as GateDesk;
}

describe('the gates of a stage with keys', () => {
  it('[REQ-SEC2] show that a key is too old, and promote nothing to LIVE with it', async () => {
    expect((await gatesReport(deskWith(OLD))).key_refusal).toBe(OLD);
    const promote = (to: 'PAPER' | 'LIVE') => runPromote(deskWith(OLD), { to, validDays: 30, config: 'config' });
    await expect(promote('LIVE')).rejects.toThrow(OLD);
    // PAPER needs no key.
    await expect(promote('PAPER')).rejects.not.toThrow('secrets:');
    expect((await gatesReport(deskWith(null))).key_refusal).toBeNull();
  });
});
