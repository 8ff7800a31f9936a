import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { AlertNotice } from '../../core/alerts/alert-book.ts';
import type { AlertChannel } from '../../ports/notifier.ts';
import { redactedNotice } from '../redact.ts';

const SUBJECT_MAX = 100;

/** One topic for alerts, one for those that stayed open. */
export interface AlertTopics {
  readonly alerts: string;
  readonly escalations: string;
}

/**
 * Publishes the redacted message as JSON. Severity, event and whether it may escalate are attributes, so that
 * subscriptions can filter by them.
 */
export function snsAlertChannel(client: SNSClient, topics: AlertTopics): AlertChannel {
  return {
    async send(notice) {
      const safe = redactedNotice(notice);
      await client.send(
        new PublishCommand({
          TopicArn: topics[safe.channel],
          Subject: subjectOf(`${safe.severity} ${wordFor(safe)}${safe.title}`),
          Message: JSON.stringify(safe),
          MessageAttributes: {
            severity: text(safe.severity),
            event: text(safe.event),
            escalates: text(String(safe.escalates)),
          },
        }),
      );
    },
  };
}

/** Someone half asleep reads the subject only. */
function wordFor({ event, escalation }: AlertNotice): string {
  if (event === 'escalated') return `STILL OPEN (${escalation}): `;
  return event === 'resolved' ? 'RESOLVED: ' : '';
}

function text(value: string): { readonly DataType: string; readonly StringValue: string } {
  return { DataType: 'String', StringValue: value };
}

/** SNS refuses subjects with line breaks, other control characters, non-ASCII text or more than 100 characters. */
function subjectOf(subject: string): string {
  return subject.replace(/[^\x20-\x7e]+/g, ' ').slice(0, SUBJECT_MAX);
}
