import { describe, expect, it } from 'vitest';
import { type AlertDesk, alertDesk } from '../../shared/adapters/alerts/alert-desk.ts';
import { delayedBy, delayQueue } from '../../shared/adapters/local/delay-queue.ts';
import { virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import { parseEscalationStep } from '../../shared/adapters/sqs/escalation-queue.ts';
import { raised } from '../../shared/app/alerts.ts';
import { type AlertNotice, type AlertPolicy, openAlerts } from '../../shared/core/alerts/alert-book.ts';
import { pendingSteps } from '../../shared/core/alerts/escalate.ts';
import { ALERTS_FACT, storedBook } from '../../shared/core/alerts/stored-book.ts';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import type { FactStore } from '../../shared/ports/stores.ts';

const T0 = 1_000_000;
const EIGHT = Array.from({ length: 8 });
const POLICY: AlertPolicy = {
  dedupeMs: 60_000,
  remindMs: 3_600_000,
  escalateAfterMs: 120_000,
  escalateAgainMs: 600_000,
  maxEscalations: 2,
  stormPerMinute: 10,
  runbookUrl: 'docs/runbook.md',
};

export function alertDeskContract(name: string, openFacts: (botId: string, mode: Mode) => FactStore): void {
  let bots = 0;
  const open = (wrap = (facts: FactStore) => facts) => {
    bots += 1;
    return world(wrap(openFacts(`ale${bots}`, 'PAPER')));
  };

  describe(`alert desk: ${name}`, () => {
    it('[REQ-AL1] sends the first, holds identical ones back at 59 s and tells at 61 s how many', async () => {
      const { at, raise, sent } = open();
      await raise('7 s');
      await at(T0 + 1_000, () => raise('8 s'));
      await at(T0 + 59_000, () => raise('66 s'));
      expect(sent.map(({ detail }) => detail)).toEqual(['7 s']);
      await at(T0 + 61_000, () => raise('68 s'));
      expect(sent.map(({ detail, held_back, count }) => [detail, held_back, count])).toEqual([
        ['7 s', 0, 1],
        ['68 s', 2, 4],
      ]);
    });

    it('[REQ-AL1] does not hold back another subject or a higher severity', async () => {
      const { desk, sent } = open();
      await desk.notify(raised('WITHDRAWAL', 'USD', 'some', T0));
      await desk.notify(raised('WITHDRAWAL', 'BTC', 'some', T0));
      await desk.notify(raised('WITHDRAWAL', 'USD', 'nearly all', T0, 'CRITICAL'));
      expect(sent.map(({ severity }) => severity)).toEqual(['WARNING', 'WARNING', 'CRITICAL']);
    });

    it('[REQ-AL1] sends one of eight that are raised together, and counts them all', async () => {
      const { raise, sent, facts } = open();
      await Promise.all(EIGHT.map(() => raise('7 s')));
      expect(sent).toHaveLength(1);
      const { book } = storedBook(await facts.load(ALERTS_FACT));
      expect(openAlerts(book)).toMatchObject([{ count: 8, held_back: 7 }]);
    });

    it('[REQ-AL1] calls somebody at 121 s, not at 119 s, and again by policy until nobody is left to call', async () => {
      const { at, raise, sent, look } = open();
      await raise('7 s');
      await at(T0 + 119_000, look);
      expect(sent).toHaveLength(1);
      await at(T0 + 121_000, look);
      expect(sent.slice(1)).toMatchObject([
        { channel: 'escalations', event: 'escalated', severity: 'CRITICAL', escalation: 1 },
      ]);
      await at(T0 + 720_000, look);
      expect(sent).toHaveLength(2);
      await at(T0 + 722_000, look);
      expect(sent[2]).toMatchObject({ escalation: 2, detail: 'open for 722 s: 7 s' });
      await at(T0 + 9_000_000, look);
      expect(sent).toHaveLength(3);
    });

    it('[REQ-AL1] says on both channels that it is over, and calls nobody after', async () => {
      const { at, raise, end, sent, look } = open();
      await raise('7 s');
      await at(T0 + 121_000, look);
      await at(T0 + 130_000, end);
      expect(sent.slice(2)).toMatchObject([
        { channel: 'alerts', event: 'resolved', severity: 'INFO' },
        { channel: 'escalations', event: 'resolved' },
      ]);
      await at(T0 + 9_000_000, look);
      expect(sent).toHaveLength(4);
    });

    it('[REQ-AL1] takes the look that was meant for an earlier opening for nothing', async () => {
      const { at, raise, end, sent, look } = open();
      await raise('first');
      await at(T0 + 60_000, end);
      await at(T0 + 100_000, () => raise('second'));
      await at(T0 + 121_000, look);
      expect(sent.filter(({ event }) => event === 'escalated')).toEqual([]);
      await at(T0 + 221_000, look);
      expect(sent.filter(({ event }) => event === 'escalated')).toMatchObject([{ detail: 'open for 121 s: second' }]);
    });

    it('[REQ-AL1] goes on after a restart: held back is held back, and what is open is still looked at', async () => {
      const before = open();
      await before.raise('7 s');
      const after = world(before.facts, T0 + 30_000);
      await after.raise('37 s');
      expect(after.sent).toEqual([]);
      await after.resume();
      await after.at(T0 + 121_000, after.look);
      expect(after.sent).toMatchObject([{ event: 'escalated' }]);
    });

    it('[REQ-AL1] keeps a message that could not be sent and sends it with the next one, once', async () => {
      const { at, raise, sent, setDown } = open();
      setDown(true);
      await expect(raise('7 s')).rejects.toThrow('topic down');
      setDown(false);
      await at(T0 + 1_000, () => raise('8 s'));
      await at(T0 + 2_000, () => raise('9 s'));
      expect(sent.map(({ detail }) => detail)).toEqual(['7 s']);
    });

    it('[REQ-AL1] repeats a call that could not be made', async () => {
      const { at, raise, sent, setDown, look } = open();
      await raise('7 s');
      setDown(true);
      await expect(at(T0 + 121_000, look)).rejects.toThrow('topic down');
      setDown(false);
      await at(T0 + 125_000, look);
      expect(sent.map(({ event }) => event)).toEqual(['opened', 'escalated']);
    });

    it('[REQ-AL1] sends again what a process took on itself and never sent', async () => {
      const dead = open();
      dead.setStuck(true);
      void dead.raise('7 s').catch(() => undefined);
      await until(async () => storedBook(await dead.facts.load(ALERTS_FACT)).book.outbox.length > 0);
      const next = world(dead.facts, T0 + 10_000);
      await next.raise('17 s');
      expect(next.sent).toEqual([]);
      await next.at(T0 + 16_000, () => next.raise('23 s'));
      expect(next.sent.map(({ detail }) => detail)).toEqual(['7 s']);
    });

    it('[REQ-AL1] sends when the book cannot be had, and says so', async () => {
      const broken: FactStore = {
        load: () => Promise.reject(new TypeError('no table')),
        save: () => Promise.reject(new TypeError('no table')),
      };
      const { raise, sent, setDown } = open(() => broken);
      await raise('7 s');
      expect(sent.map(({ detail }) => detail)).toEqual(['7 s (alert book not available: TypeError)']);
      setDown(true);
      await expect(raise('8 s')).rejects.toThrow('topic down');
    });

    it('[REQ-AL1] has somebody look again at what no book can hold: a look that fails is told by an alarm', async () => {
      const { desk, sent, facts } = open();
      await facts.save(ALERTS_FACT, { alerts: 'poisoned' }, 0);
      await desk.notify(raised('CLOCK', 'account', 'drift', T0), raised('DEPOSIT', 'USD', 'some', T0));

      expect(sent.map(({ kind, escalates }) => [kind, escalates])).toEqual([
        ['CLOCK', true],
        ['DEPOSIT', false],
      ]);
      await expect(desk.escalate(parseEscalationStep(JSON.stringify(sent[0])))).rejects.toThrow('not readable');
    });

    it.each([
      [4_900, 0],
      [5_100, 1],
    ])('[REQ-AL1] counts a message sent %i ms after the breach as %i late', async (tookMs, late) => {
      const { desk, facts, setTook } = open();
      setTook(tookMs);
      await desk.notify(raised('STALENESS', 'BTC-USD', '7 s', T0));
      const { book } = storedBook(await facts.load(ALERTS_FACT));
      expect(book.sla).toEqual({ sent: 1, late, slowest_ms: tookMs, last_late_ms: late === 0 ? null : T0 + tookMs });
    });

    it('[I11] keeps no secret in the book and sends none', async () => {
      const { raise, sent, facts } = open();
      await raise('key organizations/abc/apiKeys/def leaked');
      expect(sent.map(({ detail }) => detail)).toEqual(['key [redacted] leaked']);
      expect(JSON.stringify((await facts.load(ALERTS_FACT))?.value)).not.toContain('apiKeys');
    });
  });
}

/** One process: a desk on these facts, a channel that a test can break, a delay queue in virtual time. */
function world(facts: FactStore, startMs = T0) {
  const clock = virtualClock(startMs);
  const queue = delayQueue(clock);
  const later = delayedBy(queue, POLICY.escalateAfterMs);
  const sent: AlertNotice[] = [];
  const state = { isDown: false, isStuck: false, tookMs: 0 };
  const channel = {
    send: async (notice: AlertNotice) => {
      if (state.isStuck) await new Promise(() => undefined);
      if (state.isDown) throw new Error('topic down');
      clock.advanceTo(clock.nowMs() + state.tookMs);
      sent.push(notice);
      await later.send(notice);
    },
  };
  const failed: string[] = [];
  const desk: AlertDesk = alertDesk({ facts, channel, clock, policy: POLICY }, queue.putAside);
  const stale = (detail: string) => raised('STALENESS', 'BTC-USD', detail, clock.nowMs());
  return {
    facts,
    desk,
    sent,
    setDown: (isDown: boolean) => Object.assign(state, { isDown }),
    setStuck: (isStuck: boolean) => Object.assign(state, { isStuck }),
    setTook: (tookMs: number) => Object.assign(state, { tookMs }),
    raise: (detail: string) => desk.notify(stale(detail)),
    end: () => desk.notify({ ...stale('fresh again'), status: 'resolved' }),
    async at(ms: number, act: () => Promise<void>) {
      clock.advanceTo(ms);
      await act();
    },
    /** As the queue's consumer: what failed comes again. */
    async look() {
      const bodies = [...failed.splice(0), ...queue.takeDue()];
      for (const body of bodies) {
        try {
          await desk.escalate(parseEscalationStep(body));
        } catch (error) {
          failed.push(body);
          throw error;
        }
      }
    },
    async resume() {
      const { book } = storedBook(await facts.load(ALERTS_FACT));
      for (const { step, due_at_ms } of pendingSteps(book)) await queue.putAside(step, due_at_ms - clock.nowMs());
    },
  };
}

const MAX_TURNS = 500;

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    if (await holds()) return;
  }
  throw new Error('it never came to hold');
}
