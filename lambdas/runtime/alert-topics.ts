import { SNSClient } from '@aws-sdk/client-sns';
import { type AlertTopics, snsAlertChannel } from '../../shared/adapters/sns/alert-channel.ts';
import type { AlertChannel } from '../../shared/ports/notifier.ts';

/** Both attempts together stay within the five seconds of an alert [REQ-AL1]. */
const HURRIED = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
} as const;

export function openAlertTopics(topics: AlertTopics): AlertChannel {
  return snsAlertChannel(new SNSClient(HURRIED), topics);
}
