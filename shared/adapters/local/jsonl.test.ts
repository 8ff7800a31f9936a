import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { raised } from '../../app/alerts.ts';
import type { AlertNotice } from '../../core/alerts/alert-book.ts';
import { loneNotice } from '../../core/alerts/keep-alerts.ts';
import { jsonlAlertChannel } from './jsonl-alert-channel.ts';
import { jsonlAuditLog } from './jsonl-audit-log.ts';
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

describe('jsonlAlertChannel', () => {
  it('[I11] [REQ-AL1] keeps the redacted alert and shows the same to the listener', async () => {
    const shown: AlertNotice[] = [];
    const notice = loneNotice(raised('DRAWDOWN', 'account', `by ${KEY}`, 1), { runbookUrl: 'docs/runbook.md' });
    await jsonlAlertChannel(dir, (one) => shown.push(one)).send(notice);
    expect(shown).toEqual([{ ...notice, detail: 'by [redacted]' }]);
    expect(lines('alerts.jsonl')).toEqual(shown);
  });
});
