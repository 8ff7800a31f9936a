import { join, resolve } from 'node:path';
import type { NamedChannel } from '../../shared/adapters/alerts/fan-out.ts';
import { isThere } from '../../shared/adapters/is-there.ts';
import { jsonlAlertChannel } from '../../shared/adapters/local/jsonl-alert-channel.ts';
import type { App } from '../../shared/config/app-schema.ts';
import { noState } from '../books/state-folder.ts';
import { chatChannels } from '../local/local-alerts.ts';
import { RUN_FILE } from '../local/state-dir.ts';
import { UserError } from '../user-error.ts';
import { awsStage } from './aws-stage.ts';
import type { TargetFlags } from './kill-target.ts';

/** What alerts of a folder or a stage go through. The chat of a stage hears its topics. */
export async function channelsOf(flags: TargetFlags, alerts: App['alerts']): Promise<readonly NamedChannel[]> {
  if (flags.stage !== undefined) return [{ name: 'topic', ...(await awsStage(flags.stage).alertChannel()) }];
  // "sent", into a folder that no run has and nobody looks into, would not be true.
  if (flags.state !== undefined && !isThere(join(flags.state, RUN_FILE))) throw new UserError(noState(flags.state));
  const file = flags.state === undefined ? [] : [{ name: 'file', ...jsonlAlertChannel(resolve(flags.state)) }];
  return [...file, ...chatChannels(alerts.webhook)];
}
