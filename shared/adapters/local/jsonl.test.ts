import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../ports/notifier.ts';
import { jsonlAuditLog } from './jsonl-audit-log.ts';
import { jsonlNotifier } from './jsonl-notifier.ts';
import { virtualClock } from './virtual-clock.ts';

const KEY = 'organizations/abc/apiKeys/def';
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), '247trader-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const lines = (file: string) =>
  readFileSync(path.join(dir, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('jsonlAuditLog', () => {
  it('[I11] appends one redacted line per event with its UTC time, across instances', () => {
    const clock = virtualClock(0);
    jsonlAuditLog(dir, clock).append('order_sent', { client_order_id: 'a', note: `by ${KEY}`, privateKey: 'x' });
    clock.advanceTo(1_000);
    jsonlAuditLog(dir, clock).append('line\nbreak', { text: 'two\nlines' });
    expect(lines('audit.jsonl')).toEqual([
      {
        at: '1970-01-01T00:00:00.000Z',
        event: 'order_sent',
        record: { client_order_id: 'a', note: 'by [redacted]', privateKey: '[redacted]' },
      },
      { at: '1970-01-01T00:00:01.000Z', event: 'line\nbreak', record: { text: 'two\nlines' } },
    ]);
  });
});

describe('jsonlNotifier', () => {
  it('[I11] [REQ-AL1] keeps the redacted alert and shows the same to the listener', async () => {
    const shown: Alert[] = [];
    const alert: Alert = { fingerprint: 'f', severity: 'CRITICAL', title: 't', detail: `by ${KEY}`, at_ms: 1 };
    await jsonlNotifier(dir, (one) => shown.push(one)).notify(alert);
    expect(shown).toEqual([{ ...alert, detail: 'by [redacted]' }]);
    expect(lines('alerts.jsonl')).toEqual(shown);
  });
});
