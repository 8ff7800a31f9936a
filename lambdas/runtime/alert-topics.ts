import { SNSClient } from '@aws-sdk/client-sns';
import { type AlertTopics, snsAlertChannel } from '../../shared/adapters/sns/alert-channel.ts';
import type { AlertChannel } from '../../shared/ports/notifier.ts';
import { HURRIED } from './hurried.ts';

export function openAlertTopics(topics: AlertTopics): AlertChannel {
  // Both attempts together stay within the five seconds of an alert [REQ-AL1].
  return snsAlertChannel(new SNSClient({ ...HURRIED, maxAttempts: 2 }), topics);
}
