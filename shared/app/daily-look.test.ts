import { beforeEach, expect, it } from 'vitest';
import { alertDesk } from '../adapters/alerts/alert-desk.ts';
import type { AlertNotice } from '../core/alerts/alert-book.ts';
import type { FactStore } from '../ports/stores.ts';
import { dailyLookVerdict, noteDailyLook, watchDailyLook } from './daily-look.ts';
import { memoryStores } from './testing/memory-stores.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const START_MS = 1_000 * 24 * HOUR_MS;

const POLICY = {
  dedupeMs: MINUTE_MS,
  remindMs: HOUR_MS,
  escalateAfterMs: 2 * MINUTE_MS,
  escalateAgainMs: 10 * MINUTE_MS,
  maxEscalations: 2,
  stormPerMinute: 100,
  runbookUrl: 'docs/runbook.md',
};

let facts: FactStore;
let sent: string[];
beforeEach(() => {
  facts = memoryStores({ bot_id: 'b', mode: 'PAPER' }).facts;
  sent = [];
});

async function watchAt(ms: number, store: FactStore = facts): Promise<void> {
  const clock = { nowMs: () => ms, monotonicMs: () => ms, sleep: async () => undefined };
  const channel = { send: async ({ event, fingerprint }: AlertNotice) => void sent.push(`${fingerprint} ${event}`) };
  const notifier = alertDesk({ facts: store, channel, clock, policy: POLICY });
  await watchDailyLook({ facts: store, notifier, clock }, 'b', { slotMs: ms, intervalMs: MINUTE_MS });
}

it('[REQ-SEC2] [REQ-AL1] says that the daily checks have not ended for 28 hours, and that they have again', async () => {
  await noteDailyLook(facts, START_MS);
  await watchAt(START_MS + 28 * HOUR_MS - MINUTE_MS);
  await watchAt(START_MS + 27 * HOUR_MS);
  expect(sent).toEqual([]);

  await watchAt(START_MS + 28 * HOUR_MS);
  await watchAt(START_MS + 29 * HOUR_MS);
  expect(sent).toEqual(['DAILY_LOOK:b opened', 'DAILY_LOOK:b repeated']);

  await noteDailyLook(facts, START_MS + 29 * HOUR_MS + MINUTE_MS);
  await watchAt(START_MS + 30 * HOUR_MS);
  expect(sent.at(-1)).toBe('DAILY_LOOK:b resolved');
});

it('[REQ-AL1] waits for the first ones from when it was asked first', async () => {
  await watchAt(START_MS);
  await watchAt(START_MS + 27 * HOUR_MS);
  expect(sent).toEqual([]);
  await watchAt(START_MS + 28 * HOUR_MS);
  expect(sent).toEqual(['DAILY_LOOK:b opened']);
  expect(await dailyLookVerdict(facts, START_MS + 28 * HOUR_MS)).toEqual({
    isSilent: true,
    detail: 'none has ended in 28 h',
  });
});

it('asks the table in one cycle of an hour only', async () => {
  const idle: FactStore = {
    load: () => Promise.reject(new Error('not now')),
    save: () => Promise.reject(new Error('not now')),
  };
  for (let minute = 1; minute < 60; minute += 1) await watchAt(START_MS + minute * MINUTE_MS, idle);
  await expect(watchAt(START_MS + HOUR_MS, idle)).rejects.toThrow('not now');
});

it('begins anew with a record that nobody can read', async () => {
  await facts.save('daily_look', { ended_at_ms: 'x' }, 0);
  await watchAt(START_MS);
  expect(await dailyLookVerdict(facts, START_MS)).toEqual({ isSilent: false, detail: 'none has ended in 0 h' });
});
