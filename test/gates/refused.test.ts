import { describe, expect, it } from 'vitest';
import { runPromote } from '../../cli/commands/gates.ts';
import type { GateDesk } from '../../cli/operator/gate-desk.ts';
import type { Evidence, EvidenceOf, Step } from '../../shared/core/gates/evidence.ts';
import { QUIET_DAY } from '../../shared/core/gates/testing/quiet-day.ts';
import { memoryEvidence } from './memory-evidence.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const BOUND = { at_ms: NOW - DAY, code_version: 'c1', risk_hash: 'r1' };
const CAPS = { total: 10 };

const CI: Evidence = { kind: 'ci', ...BOUND, passed: 900, failed: 0 };
const TOLD: Evidence = { kind: 'alerts_confirmed', ...BOUND, by: 'ann' };
const MEASURED = { orders: 50, detect_ms: 500, alert_ms: 900, cancelled_ms: 1_200, remaining: 0, placed_after: 0 };
const DRILL: Evidence = { kind: 'kill_drill', ...BOUND, ...MEASURED };

function day(ago: number, over: Partial<EvidenceOf<'day'>> = {}): EvidenceOf<'day'> {
  const day_ms = NOW - ago * DAY;
  const last_ms = day_ms + DAY - 1;
  return { kind: 'day', ...BOUND, step: 'PAPER', day_ms, first_ms: day_ms, last_ms, ...QUIET_DAY, ...over };
}
const WEEK = [7, 6, 5, 4, 3, 2, 1].map((ago) => day(ago));
const word = (to: Step, over: Partial<EvidenceOf<'confirmation'>> = {}): Evidence => ({
  kind: 'confirmation',
  ...BOUND,
  to,
  by: 'ann',
  expires_ms: NOW + DAY,
  caps: CAPS,
  ...over,
});
const PAPER = [CI, word('PAPER')];
const READY = [...PAPER, DRILL, TOLD, ...WEEK];
const CANARY = [...READY, word('LIVE_CANARY'), ...[2, 1].map((ago) => day(ago, { step: 'LIVE_CANARY' }))];
const without = (list: readonly Evidence[], kind: Evidence['kind']) => list.filter((one) => one.kind !== kind);

function deskWith(filed: readonly Evidence[]): { readonly desk: GateDesk; readonly told: string[] } {
  const evidence = memoryEvidence(filed);
  const told: string[] = [];
  const desk = {
    books: { name: 'stage live', config: { app: { bot_id: 'bot' } } },
    ports: {
      evidence,
      clock: { nowMs: () => NOW },
      notifier: {
        notify: async (...all: readonly { readonly kind: string }[]) => void told.push(...all.map((a) => a.kind)),
      },
    },
    context: { nowMs: NOW, codeVersion: 'c1', riskHash: 'r1', caps: CAPS },
    evidence: evidence.all,
    keyRefusal: async () => null,
    close: async () => undefined,
  };
  return { desk: desk as unknown as GateDesk, told };
}

const flags = (to: Step, confirm = `promote to ${to}`) => ({ to, confirm, by: 'ann', validDays: 30, config: '' });

describe('journeys that are refused', () => {
  it.each<[string, Step, readonly Evidence[], string | RegExp]>([
    ['straight from a fresh state to LIVE', 'LIVE', [], 'it stands at DRY_RUN: promote it to PAPER first'],
    ['to PAPER without a test run', 'PAPER', [], 'ci: no test run is on file; run npm test on this code'],
    ['to PAPER on red tests', 'PAPER', [{ ...CI, failed: 3 } as Evidence], 'ci: 900 passed, 3 failed'],
    [
      'to PAPER with tests of other code',
      'PAPER',
      [{ ...CI, code_version: 'c0' } as Evidence],
      'ci: the tests ran on c0, this is c1',
    ],
    [
      'to the canary after five days',
      'LIVE_CANARY',
      [...without(READY, 'day'), ...WEEK.slice(2)],
      'paper_rehearsal: 5 of 7 whole days, 2 to go',
    ],
    [
      'to the canary with a breach nobody handled',
      'LIVE_CANARY',
      [...READY, day(7, { step: 'LIVE', unhandled: ['an entry was ordered under an active gate'] })],
      /paper_rehearsal: 6 of 7 whole days since [0-9-]+ \(an entry was ordered under an active gate\), 1 to go/,
    ],
    [
      'to the canary without a drill',
      'LIVE_CANARY',
      without(READY, 'kill_drill'),
      'kill_drill: no drill is on file; trader drill kill-switch',
    ],
    [
      'to the canary with a drill that left orders',
      'LIVE_CANARY',
      [...without(READY, 'kill_drill'), { ...DRILL, remaining: 2, cancelled_ms: null } as Evidence],
      'kill_drill: cancelled_ms never, 10000 allowed, 2 orders were left',
    ],
    [
      'to the canary with alerts nobody saw',
      'LIVE_CANARY',
      without(READY, 'alerts_confirmed'),
      'alerts_confirmed: nobody has confirmed that alerts arrive; trader alerts test',
    ],
    [
      'to the canary with late alerts',
      'LIVE_CANARY',
      [...READY, day(7, { step: 'LIVE', alerts_late: 1 })],
      /alert_sla: 6 of 7 whole days since [0-9-]+ \(1 alerts took more than 5 s\), 1 to go/,
    ],
    [
      'to the canary after the risk config changed',
      'LIVE_CANARY',
      READY.map((one) => (one.kind === 'day' ? { ...one, risk_hash: 'r0' } : one)),
      'paper_rehearsal: 0 of 7 whole days, 7 to go',
    ],
    ['to LIVE without the canary', 'LIVE', READY, 'it stands at PAPER: promote it to LIVE_CANARY first'],
    [
      'to LIVE after half a canary',
      'LIVE',
      [...READY, word('LIVE_CANARY'), day(1, { step: 'LIVE_CANARY' })],
      'canary: 24 h of 48 h, 24 h to go; run at LIVE_CANARY',
    ],
    [
      'to LIVE after it was demoted',
      'LIVE',
      [...CANARY, { kind: 'demotion', ...BOUND, at_ms: NOW - 1, to: 'PAPER', by: 'the bot', reason: 'ledger break' }],
      'it stands at PAPER: promote it to LIVE_CANARY first',
    ],
    [
      'to LIVE with looser caps than were confirmed',
      'LIVE',
      [
        ...without(CANARY, 'confirmation'),
        word('PAPER', { caps: { total: 5 } }),
        word('LIVE_CANARY', { caps: { total: 5 } }),
      ],
      'caps: looser: total 5 -> 10; trader promote --loosen-caps',
    ],
  ])('[REQ-M1] %s', async (_journey, to, filed, message) => {
    const { desk, told } = deskWith(filed);

    await expect(runPromote(desk, flags(to))).rejects.toThrow(message);
    expect(await desk.evidence()).toEqual(filed);
    expect(told).toEqual([]);
  });

  it('[REQ-M1] to LIVE without the typed word', async () => {
    const { desk } = deskWith(CANARY);

    await expect(runPromote(desk, flags('LIVE', 'yes'))).rejects.toThrow('"promote to LIVE" was not typed');
    expect(await desk.evidence()).toEqual(CANARY);
  });

  it('[REQ-M1] and the one that is not: the word is filed with identity and expiry, and everybody hears of it', async () => {
    const { desk, told } = deskWith(CANARY);

    expect(await runPromote(desk, flags('LIVE'))).toEqual({
      target: 'stage live',
      by: 'ann',
      valid_days: 30,
      promoted_to: 'LIVE',
    });
    expect((await desk.evidence()).at(-1)).toEqual({
      kind: 'confirmation',
      at_ms: NOW,
      code_version: 'c1',
      risk_hash: 'r1',
      to: 'LIVE',
      by: 'ann',
      expires_ms: NOW + 30 * DAY,
      caps: CAPS,
    });
    expect(told).toEqual(['PROMOTED']);
  });

  it('[REQ-M1] looser caps need a word of their own, which is told and ends', async () => {
    const tight = { caps: { total: 5 } };
    const { desk, told } = deskWith([
      ...without(CANARY, 'confirmation'),
      word('PAPER', tight),
      word('LIVE_CANARY', tight),
    ]);
    const loosen = { ...flags('LIVE', 'loosen the caps'), loosenCaps: true as const };

    expect(await runPromote(desk, loosen)).toMatchObject({ by: 'ann', loosened: ['total 5 -> 10'] });
    expect(told).toEqual(['CAPS_LOOSENED']);
    expect(await runPromote(desk, flags('LIVE'))).toMatchObject({ by: 'ann', promoted_to: 'LIVE' });
  });
});
