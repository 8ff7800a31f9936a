import { describe, expect, it } from 'vitest';
import { memoryEvidence } from '../../test/gates/memory-evidence.ts';
import type { Evidence } from '../core/gates/evidence.ts';
import type { Alert } from '../ports/notifier.ts';
import { allowLooserCaps, demote, promote } from './promote.ts';

const NOW = Date.UTC(2026, 0, 1);
const CONTEXT = { nowMs: NOW, codeVersion: 'code', riskHash: 'risk', caps: { total: 10 } };
const WORD = { by: 'ann', botId: 'bot', validMs: 1_000 };
const STAMP = { at_ms: NOW, code_version: 'code', risk_hash: 'risk' };
const CONFIRMED: Evidence = {
  kind: 'confirmation',
  ...STAMP,
  to: 'LIVE',
  by: 'ann',
  expires_ms: NOW + 1,
  caps: { total: 9 },
};

function desk(filed: readonly Evidence[]) {
  const alerts: Alert[] = [];
  const notifier = { notify: async (...raised: readonly Alert[]) => void alerts.push(...raised) };
  return { alerts, ports: { evidence: memoryEvidence(filed), notifier, clock: { nowMs: () => NOW } } };
}

describe('an operator who changes what the bot may do', () => {
  it('[REQ-M1] [REQ-AL1] is told to everybody who allows looser caps', async () => {
    const { ports, alerts } = desk([CONFIRMED]);

    expect(await allowLooserCaps(ports, CONTEXT, WORD)).toEqual(['total 9 -> 10']);
    expect(alerts).toMatchObject([
      { fingerprint: 'CAPS_LOOSENED:bot', severity: 'WARNING', detail: 'total 9 -> 10 by ann' },
    ]);
    expect(await allowLooserCaps(ports, { ...CONTEXT, caps: { total: 9 } }, WORD)).toEqual([]);
    expect(alerts).toHaveLength(1);
  });

  it('[REQ-M1] [REQ-AL1] wakes somebody who takes a step back', async () => {
    const { ports, alerts } = desk([]);
    await demote(ports, 'PAPER', CONTEXT, { by: 'ann', botId: 'bot', reason: 'looks wrong' });

    expect(alerts).toMatchObject([{ fingerprint: 'DEMOTED:bot', severity: 'CRITICAL' }]);
  });

  it('[REQ-M1] [REQ-AL1] is told to everybody who takes a step forward, and to nobody when it was refused', async () => {
    const { ports, alerts } = desk([]);

    await expect(promote(ports, 'LIVE', CONTEXT, WORD)).rejects.toThrow(/^not ready for LIVE: /);
    expect(alerts).toEqual([]);

    const ready = desk([{ kind: 'ci', ...STAMP, passed: 1, failed: 0 }]);
    await promote(ready.ports, 'PAPER', CONTEXT, WORD);
    expect(ready.alerts).toMatchObject([{ fingerprint: 'PROMOTED:bot', detail: 'to PAPER by ann' }]);
  });
});
