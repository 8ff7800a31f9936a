import { describe, expect, it } from 'vitest';
import { raised } from '../../shared/app/alerts.ts';
import type { AlertNotice } from '../../shared/core/alerts/alert-book.ts';
import { loneNotice } from '../../shared/core/alerts/keep-alerts.ts';
import { createWebhookHandler } from './handler.ts';

const AT = '2026-01-01T00:00:00.000Z';
const eventOf = (message: unknown, subject: string | null = null) => ({
  Records: [
    {
      Sns: {
        Subject: subject,
        Message: typeof message === 'string' ? message : JSON.stringify(message),
        Timestamp: AT,
      },
    },
  ],
});

async function told(event: unknown): Promise<AlertNotice | undefined> {
  const sent: AlertNotice[] = [];
  await createWebhookHandler(() => ({ channel: { send: async (notice) => void sent.push(notice) } }))(event);
  return sent[0];
}

describe('the function that tells a chat', () => {
  it('[REQ-AL1] hands on what the bot said, as it said it', async () => {
    const notice = loneNotice(raised('CLOCK', 'account', 'drift', 5), { runbookUrl: 'docs/runbook.md' });
    expect(await told(eventOf(notice))).toEqual(notice);
  });

  it('[REQ-AL1] makes sense of an alarm of CloudWatch, and of its end', async () => {
    const alarm = {
      AlarmName: 'Heartbeat',
      AlarmDescription: 'no cycle',
      NewStateReason: '3 missing',
      OldStateValue: 'OK',
    };
    expect(await told(eventOf({ ...alarm, NewStateValue: 'ALARM' }))).toMatchObject({
      event: 'opened',
      severity: 'CRITICAL',
      title: 'Heartbeat: no cycle',
      detail: 'ALARM: 3 missing',
      at_ms: Date.parse(AT),
    });
    expect(await told(eventOf({ ...alarm, NewStateValue: 'OK' }))).toMatchObject({ event: 'resolved' });
  });

  it('shows what it does not know as it came', async () => {
    expect(await told(eventOf('plain words', 'from somewhere'))).toMatchObject({
      title: 'from somewhere',
      detail: 'plain words',
    });
    expect(await told(eventOf('{"a":1}'))).toMatchObject({ title: 'a message', detail: '{"a":1}' });
  });

  it('refuses an event of another kind', async () => {
    await expect(told({ Records: [{ body: 'x' }] })).rejects.toThrow('webhook refuses its event');
  });
});
