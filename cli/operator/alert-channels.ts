import { resolve } from 'node:path';
import type { NamedChannel } from '../../shared/adapters/alerts/fan-out.ts';
import { jsonlAlertChannel } from '../../shared/adapters/local/jsonl-alert-channel.ts';
import type { App } from '../../shared/config/app-schema.ts';
import { chatChannels } from '../local/local-alerts.ts';
import { awsStage } from './aws-stage.ts';
import type { TargetFlags } from './kill-target.ts';

/** What alerts of a folder or a stage go through. The chat of a stage hears its topics. */
export async function channelsOf(flags: TargetFlags, alerts: App['alerts']): Promise<readonly NamedChannel[]> {
  if (flags.stage !== undefined) return [{ name: 'topic', ...(await awsStage(flags.stage).alertChannel()) }];
  const file = flags.state === undefined ? [] : [{ name: 'file', ...jsonlAlertChannel(resolve(flags.state)) }];
  return [...file, ...chatChannels(alerts.webhook)];
}
