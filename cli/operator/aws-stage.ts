import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { snsAlertChannel } from '../../shared/adapters/sns/alert-channel.ts';
import { killSwitchName, ssmKillSwitchControl } from '../../shared/adapters/ssm/kill-switch.ts';
import type { HaltRequest } from '../../shared/app/halt-record.ts';
import type { Stage } from '../../shared/config/stages.ts';
import type { KillSwitchControl } from '../../shared/ports/kill-switch.ts';
import type { AlertChannel } from '../../shared/ports/notifier.ts';
import { UserError } from '../user-error.ts';
import { awsRemedyOf } from './aws-remedy.ts';

export const stagePartsSchema = z.object({
  table_name: z.string(),
  archive_bucket: z.string().optional(),
  halt_topic_arn: z.string(),
  alert_topic_arn: z.string(),
  escalation_topic_arn: z.string(),
});

/** A deployed stage as an operator reaches it, with the credentials of the environment. */
export interface AwsStageParts {
  readonly killSwitch: KillSwitchControl;
  /** The second path beside the switch itself: asks the halt function at once. */
  askHalt(request: HaltRequest): Promise<void>;
  /** The topics that alerts and escalations go to. */
  alertChannel(): Promise<AlertChannel>;
  /** The stage's table; looked up once. */
  table(): Promise<{
    readonly client: DynamoDBDocumentClient;
    readonly tableName: string;
    readonly archiveBucket?: string | undefined;
  }>;
}

export function awsStage(stage: Stage): AwsStageParts {
  if (stage === 'local')
    throw new UserError('--stage local is no stage on AWS: name its state folder with --state DIR');
  const ssm = new SSMClient();
  let parts: Promise<z.output<typeof stagePartsSchema>> | undefined;
  const lookUp = () => {
    parts ??= readParts(ssm, stage);
    return parts;
  };
  return {
    killSwitch: ssmKillSwitchControl(ssm, killSwitchName(stage)),
    async askHalt({ reason, source, flippedAtMs }) {
      const { halt_topic_arn } = await lookUp();
      const words = { reason, source, ...(flippedAtMs !== undefined && { flipped_at_ms: flippedAtMs }) };
      await new SNSClient().send(new PublishCommand({ TopicArn: halt_topic_arn, Message: JSON.stringify(words) }));
    },
    async alertChannel() {
      const { alert_topic_arn: alerts, escalation_topic_arn: escalations } = await lookUp();
      return snsAlertChannel(new SNSClient(), { alerts, escalations });
    },
    async table() {
      const { table_name: tableName, archive_bucket: archiveBucket } = await lookUp();
      return { client: DynamoDBDocumentClient.from(new DynamoDBClient()), tableName, archiveBucket };
    },
  };
}

async function readParts(ssm: SSMClient, stage: Stage): Promise<z.output<typeof stagePartsSchema>> {
  const name = `/247trader/${stage}/parts`;
  try {
    const { Parameter: parameter } = await ssm.send(new GetParameterCommand({ Name: name }));
    return stagePartsSchema.parse(JSON.parse(parameter?.Value ?? ''));
  } catch (error) {
    const why = error instanceof Error && error.name !== 'Error' ? error.name : String(error);
    const remedy = awsRemedyOf(error) ?? 'is the stage deployed, and are these its credentials?';
    throw new UserError(`${name} cannot be read (${why}): ${remedy}`);
  }
}
