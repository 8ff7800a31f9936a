import { describe, expect, it } from 'vitest';
import { killStateFrom } from '../../shared/adapters/ssm/kill-state.ts';
import type { HaltReport } from '../../shared/app/halt.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { KillState } from '../../shared/ports/kill-switch.ts';
import { createWatchHandler, type HaltWords, type WatchDeps } from '../watch/handler.ts';
import { createHaltHandler, type HaltDeps } from './handler.ts';

const CHANGED = {
  source: 'aws.ssm',
  'detail-type': 'Parameter Store Change',
  detail: { name: '/247trader/dev/kill-switch' },
};
const KILLED: KillState = { kind: 'killed', reason: 'drill' };

interface Outcome {
  readonly reports: (HaltReport | null)[];
  readonly reasons: unknown[];
}

function haltWith(state: KillState, openOrders: unknown, outcome: Outcome) {
  const deps = {
    report: (report: HaltReport | null) => outcome.reports.push(report),
    settings: { config: { botId: 'bot' } },
    ports: {
      killSwitch: { read: async () => state },
      clock: { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => undefined },
      notifier: { notify: async ({ detail }: { readonly detail: string }) => outcome.reasons.push(detail) },
      facts: { load: async () => undefined, save: async () => 'saved' },
      accounts: { load: async () => undefined },
      audit: { append: () => undefined },
      exchange: { openOrders: async () => openOrders },
    },
  };
  return createHaltHandler(() => deps as unknown as HaltDeps);
}

function restless(): Clock {
  let ms = 0;
  const now = () => ms;
  const sleep = async (pauseMs: number) => {
    ms += pauseMs;
  };
  return { nowMs: now, monotonicMs: now, sleep };
}

const NONE_OPEN = { kind: 'ok', value: [] };

describe('the halt handler', () => {
  it('[REQ-K1] halts with the reason that stands in the switch', async () => {
    const outcome: Outcome = { reports: [], reasons: [] };
    await haltWith(KILLED, NONE_OPEN, outcome)(CHANGED);

    expect(outcome.reasons).toEqual(['drill']);
    expect(outcome.reports).toMatchObject([{ found: 0, remaining: [], faults: [] }]);
  });

  it('halts nothing when the switch is armed: arming it is a change too', async () => {
    const outcome: Outcome = { reports: [], reasons: [] };
    await haltWith({ kind: 'armed' }, NONE_OPEN, outcome)(CHANGED);

    expect(outcome).toEqual({ reports: [null], reasons: [] });
  });

  it('halts on request whatever the switch says', async () => {
    const outcome: Outcome = { reports: [], reasons: [] };
    await haltWith({ kind: 'armed' }, NONE_OPEN, outcome)({ reason: 'by hand', source: 'operator' });

    expect(outcome.reasons).toEqual(['by hand']);
  });

  it('[REQ-K1] halts when the watcher or trader kill asks over the topic, without reading the switch', async () => {
    const outcome: Outcome = { reports: [], reasons: [] };
    const message = JSON.stringify({ reason: 'unreadable: throttled', source: 'watch', flipped_at_ms: 0 });
    await haltWith(
      { kind: 'armed' },
      NONE_OPEN,
      outcome,
    )({ Records: [{ EventSource: 'aws:sns', Sns: { Message: message } }] });

    expect(outcome.reasons).toEqual(['unreadable: throttled']);
    expect(outcome.reports).toMatchObject([{ detect_ms: 0, remaining: [] }]);
  });

  it.each(['killed:', `killed:${'x'.repeat(3_000)}`, 'KILLED', ''])(
    '[REQ-K1] takes from the watcher whatever a hand has written into the switch: %.20j',
    async (text) => {
      const state = killStateFrom(text, 0);
      const asked: HaltWords[] = [];
      const deps: WatchDeps = {
        ports: { killSwitch: { read: async () => state }, clock: restless(), onFailure: () => undefined },
        ask: async (words) => void asked.push(words),
        plan: { pollMs: 1_500, forMs: 1_000 },
      };
      await createWatchHandler(() => deps)({});

      const outcome: Outcome = { reports: [], reasons: [] };
      await haltWith(state, NONE_OPEN, outcome)({ Records: [{ Sns: { Message: JSON.stringify(asked[0]) } }] });
      expect(outcome.reports).toMatchObject([{ remaining: [], faults: [] }]);
    },
  );

  it.each(['not json', '{}', '{"reason":"x","source":"y","more":1}'])('refuses the message %j', async (Message) => {
    const outcome: Outcome = { reports: [], reasons: [] };
    const event = { Records: [{ Sns: { Message } }] };

    await expect(haltWith(KILLED, NONE_OPEN, outcome)(event)).rejects.toThrow('halt refuses its event');
  });

  it('[REQ-K1] fails when something may still be working, so that it is repeated and an alarm rings', async () => {
    const outcome: Outcome = { reports: [], reasons: [] };
    const unanswered = { kind: 'unavailable', message: 'no connection' };

    await expect(haltWith(KILLED, unanswered, outcome)(CHANGED)).rejects.toThrow(
      'halt is not complete: open orders: unavailable: no connection',
    );
    expect(outcome.reports).toHaveLength(1);
  });

  it.each([undefined, {}, { source: 'aws.s3', detail: { name: 'x' } }, { reason: '', source: 'operator' }])(
    'refuses %j',
    async (event) => {
      const outcome: Outcome = { reports: [], reasons: [] };

      await expect(haltWith(KILLED, NONE_OPEN, outcome)(event)).rejects.toThrow('halt refuses its event');
      expect(outcome.reasons).toEqual([]);
    },
  );
});
