import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { PROJECT_DIR, type Programs } from './programs.ts';

const OVERLAY = join(import.meta.dirname, 'live.yaml');

/** The shipped config with the rehearsal's live stage in it, where `app` has one more line as a change to deploy. */
export function writeConfig(dir: string, exchangeUrl: string, more?: string): void {
  mkdirSync(dir, { recursive: true });
  cpSync(join(PROJECT_DIR, 'config'), dir, { recursive: true });
  const overlay = readFileSync(OVERLAY, 'utf8').replace('EXCHANGE_URL', exchangeUrl);
  const changed = more === undefined ? overlay : overlay.replace('\napp:\n', `\napp:\n  ${more}\n`);
  writeFileSync(join(dir, 'stages', 'live.yaml'), changed);
}

/** Synthesizes once, as deploy.yml does: what is deployed is the assembly that was made here. */
export async function synthesize({ cdk }: Programs, output: string, configDir: string): Promise<void> {
  await cdk(['synth', '--quiet', '--output', output, '--context', 'stage=live', '--context', `config=${configDir}`]);
}

export async function deploy({ cdk }: Programs, assembly: string): Promise<{ readonly ms: number }> {
  const startedMs = performance.now();
  await cdk(['deploy', '--app', assembly, '--require-approval', 'never', '--progress', 'events', '--all']);
  return { ms: performance.now() - startedMs };
}

const outputs = z.object({
  Stacks: z.tuple([
    z.object({
      StackStatus: z.string(),
      Outputs: z.array(z.object({ OutputKey: z.string(), OutputValue: z.string() })),
    }),
  ]),
});

export interface StackOutputs {
  readonly status: string;
  readonly tableName: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly alertTopicArn: string;
  readonly escalationTopicArn: string;
}

export async function outputsOf({ aws }: Programs): Promise<StackOutputs> {
  const answer = outputs.parse(await aws('cloudformation', 'describe-stacks', '--stack-name', 'trader-live'));
  const [{ StackStatus: status, Outputs: all }] = answer.Stacks;
  const of = (name: string) => all.find(({ OutputKey }) => OutputKey === name)?.OutputValue ?? '';
  return {
    status,
    tableName: of('TableName'),
    queueUrl: of('QueueUrl'),
    deadLetterQueueUrl: of('DeadLetterQueueUrl'),
    alertTopicArn: of('AlertTopicArn'),
    escalationTopicArn: of('EscalationTopicArn'),
  };
}
