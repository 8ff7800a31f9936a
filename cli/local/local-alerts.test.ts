import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import { raised } from '../../shared/app/alerts.ts';
import { type MemoryStores, memoryStores } from '../../shared/app/testing/memory-stores.ts';
import type { App } from '../../shared/config/app-schema.ts';
import type { AlertNotice } from '../../shared/core/alerts/alert-book.ts';
import { chatChannels, localAlerts } from './local-alerts.ts';

const ALERTS = {
  dedupe_seconds: 60,
  remind_after_seconds: 3_600,
  escalate_after_seconds: 120,
  escalate_again_seconds: 600,
  max_escalations: 2,
  storm_per_minute: 10,
  runbook_url: 'docs/runbook.md',
  webhook: 'none',
  subscriptions: [],
} satisfies App['alerts'];
const T0 = Date.UTC(2026, 0, 1);

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'alerts-'));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

function open({ facts }: Pick<MemoryStores, 'facts'> = memoryStores({ bot_id: 'bot', mode: 'PAPER' }), startMs = T0) {
  const clock = virtualClock(startMs);
  const told: AlertNotice[] = [];
  const noted: string[] = [];
  const state = { isBroken: false };
  const local = localAlerts({
    alerts: ALERTS,
    facts,
    stateDir,
    clock,
    isTimeVirtual: true,
    audit: { append: (event) => void noted.push(event) },
    on: (notice) => {
      if (state.isBroken) throw new Error('screen gone');
      told.push(notice);
    },
  });
  return { local, clock, told, noted, stores: { facts }, state };
}

const events = (told: readonly AlertNotice[]) => told.map(({ event }) => event);

describe('the alerts of a local run', () => {
  test('[REQ-AL1] stand in a file and escalate in the time of the run', async () => {
    const { local, clock, told } = open();
    await local.desk.notify(raised('CLOCK', 'account', 'drift', T0));
    clock.advanceTo(T0 + 119_000);
    await local.runDue();
    expect(events(told)).toEqual(['opened']);

    clock.advanceTo(T0 + 121_000);
    await local.runDue();
    expect(events(told)).toEqual(['opened', 'escalated']);
    const lines = readFileSync(join(stateDir, 'alerts.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as AlertNotice).channel)).toEqual(['alerts', 'escalations']);
  });

  test('[REQ-AL1] still escalate after a restart: the book knows what the queue has forgotten', async () => {
    const before = open();
    await before.local.desk.notify(raised('CLOCK', 'account', 'drift', T0));

    const after = open(before.stores, T0 + 300_000);
    await after.local.runDue();
    expect(events(after.told)).toEqual(['escalated']);
  });

  test('[REQ-AL1] look again when a call failed, and the run goes on', async () => {
    const { local, clock, told, noted, state } = open();
    await local.desk.notify(raised('CLOCK', 'account', 'drift', T0));
    clock.advanceTo(T0 + 121_000);
    state.isBroken = true;
    await local.runDue();
    expect(noted).toEqual(['alert_channel_failed', 'escalation_failed']);

    state.isBroken = false;
    clock.advanceTo(T0 + 132_000);
    await local.runDue();
    expect(events(told)).toEqual(['opened', 'escalated']);
  });
});

describe('the chat of a local run', () => {
  test('is none where none is configured', () => {
    expect(chatChannels('none', {})).toEqual([]);
  });

  test('is refused in words that help, and without its address', () => {
    expect(() => chatChannels('slack', {})).toThrow('set TRADER_ALERT_WEBHOOK_URL to its address');
    const bad = () => chatChannels('slack', { TRADER_ALERT_WEBHOOK_URL: 'ftp://secret-token' });
    expect(bad).toThrow('TRADER_ALERT_WEBHOOK_URL must be the https address of a slack webhook');
    expect(bad).not.toThrow('secret-token');
  });

  test('is there when its address is', () => {
    const env = { TRADER_ALERT_WEBHOOK_URL: 'https://hooks.slack.example/services/T/B/x' };
    expect(chatChannels('slack', env).map(({ name }) => name)).toEqual(['slack']);
  });
});
