import { describe, expect, it } from 'vitest';
import { gatesReport, runDemote } from '../../cli/commands/gates.ts';
import type { GateDesk } from '../../cli/operator/gate-desk.ts';
import { watchLapses } from '../../shared/app/watch-lapses.ts';
import type { RaisedAlert } from '../../shared/core/alerts/keep-alerts.ts';
import type { Evidence } from '../../shared/core/gates/evidence.ts';
import { QUIET_DAY } from '../../shared/core/gates/testing/quiet-day.ts';
import { accountOf, BTC, positionOf } from '../core/world.ts';
import { memoryEvidence } from './memory-evidence.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const GATES = { codeVersion: 'c1', riskHash: 'r1', caps: { total: 10 } };

const bound = (ago: number) => ({ at_ms: NOW - ago * DAY, code_version: 'c1', risk_hash: 'r1' });
const measured = { orders: 5, detect_ms: 1, alert_ms: 1, cancelled_ms: 1, remaining: 0, placed_after: 0 };

/** A month of LIVE behind it; the drill is so many days old. */
function filed(drillDays: number): readonly Evidence[] {
  const days = Array.from({ length: 29 }, (_, ago): Evidence => {
    const day_ms = NOW - (ago + 1) * DAY;
    const times = { day_ms, first_ms: day_ms, last_ms: day_ms + DAY - 1 };
    return { kind: 'day', ...bound(ago), step: 'LIVE', ...times, ...QUIET_DAY };
  });
  return [
    ...days,
    { kind: 'ci', ...bound(40), passed: 9, failed: 0 },
    { kind: 'alerts_confirmed', ...bound(40), by: 'ann' },
    { kind: 'kill_drill', ...bound(drillDays), ...measured },
    { kind: 'confirmation', ...bound(20), to: 'LIVE', by: 'ann', expires_ms: NOW + 60 * DAY, caps: { total: 10 } },
  ];
}

async function watched(drillDays: number) {
  const told: (readonly string[])[] = [];
  const ports = {
    evidence: memoryEvidence(filed(drillDays)),
    notifier: {
      notify: async (...alerts: readonly RaisedAlert[]) =>
        void told.push(...alerts.map(({ kind, status, severity, detail }) => [kind, status, severity, detail])),
    },
    clock: { nowMs: () => NOW, monotonicMs: () => NOW, sleep: async () => undefined },
  };
  await watchLapses(ports, 'bot', GATES);
  return told;
}

describe('LIVE that nobody renews', () => {
  it.each<[number, string, string, string]>([
    [1, 'resolved', 'WARNING', 'nothing ends within 7 days'],
    [25, 'open', 'WARNING', 'kill_drill ends in 5 days: trader drill kill-switch'],
    [29, 'open', 'CRITICAL', 'kill_drill ends in a day: trader drill kill-switch'],
    [29.5, 'open', 'CRITICAL', 'kill_drill ends within a day: trader drill kill-switch'],
  ])(
    '[REQ-M1] [REQ-AL1] with a drill of %s days is said to end before it does: LIVE_ENDING',
    async (ago, status, severity, words) => {
      expect(await watched(ago)).toEqual([['LIVE_ENDING', status, severity, expect.stringContaining(words)]]);
    },
  );

  it('[REQ-M1] goes on selling at the canary that it was demoted to, and nowhere below', async () => {
    const canary = { kind: 'confirmation', ...bound(5), to: 'LIVE_CANARY', by: 'ann', caps: { total: 10 } } as const;
    const account = accountOf({ positions: { [BTC]: positionOf('1') } });
    const config = { app: { bot_id: 'bot', mode: 'LIVE' } };
    const demoted = (to: 'LIVE_CANARY' | 'PAPER') => {
      const evidence = memoryEvidence([...filed(1), { ...canary, expires_ms: NOW + DAY }]);
      const desk = {
        books: { name: 'live', config, accounts: { load: async () => account } },
        ports: { evidence, notifier: { notify: async () => undefined }, clock: { nowMs: () => NOW } },
        context: { ...GATES, nowMs: NOW },
        evidence: evidence.all,
      };
      return runDemote(desk as unknown as GateDesk, { to, reason: 'why', by: 'ann', config: '' });
    };

    expect(await demoted('LIVE_CANARY')).toMatchObject({ reached: 'LIVE_CANARY', held: [] });
    expect(await demoted('PAPER')).toMatchObject({ reached: 'DRY_RUN', held: [BTC] });
  });

  it('[REQ-M1] is shown by trader gates with what renews it', async () => {
    const desk = {
      books: { name: 'stage live', config: { app: { bot_id: 'bot' } } },
      context: { ...GATES, nowMs: NOW },
      evidence: async () => filed(28),
      keyRefusal: async () => null,
    } as unknown as GateDesk;

    const { live, lapses } = await gatesReport(desk);
    expect(live).toEqual({ kind: 'granted', step: 'LIVE' });
    expect(lapses).toEqual([
      { what: 'kill_drill', in_days: 2, how: expect.stringContaining('trader drill kill-switch') },
    ]);
  });
});
