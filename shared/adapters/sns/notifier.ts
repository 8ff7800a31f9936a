import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notifier } from '../../ports/notifier.ts';
import { redactedAlert } from '../redact.ts';

const SUBJECT_MAX = 100;

/** Publishes the redacted alert as JSON; the severity is an attribute, so that subscriptions can filter by it. */
export function snsNotifier(client: SNSClient, topicArn: string): Notifier {
  return {
    async notify(alert) {
      const safe = redactedAlert(alert);
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subjectOf(`${safe.severity} ${safe.title}`),
          Message: JSON.stringify(safe),
          MessageAttributes: { severity: { DataType: 'String', StringValue: safe.severity } },
        }),
      );
    },
  };
}

/** SNS refuses subjects with line breaks, other control characters, non-ASCII text or more than 100 characters. */
function subjectOf(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, SUBJECT_MAX);
}
