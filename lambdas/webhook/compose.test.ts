import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadConfig } from '../../shared/config/load.ts';
import { packConfig } from '../../shared/config/pack-config.ts';
import { type AwsJsonStub, startAwsJsonStub } from '../../test/contracts/aws-json-stub.ts';
import { composeWebhook } from './compose.ts';

let root: string;
let secrets: AwsJsonStub;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'task-root-'));
  secrets = await startAwsJsonStub();
  vi.stubEnv('AWS_ENDPOINT_URL', secrets.endpoint);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await secrets.close();
  rmSync(root, { recursive: true, force: true });
});

it('[REQ-SEC1] [REQ-AL1] writes to the address that stands in the secret now: not to one that was changed or deleted', async () => {
  const loaded = loadConfig({
    dir: join(import.meta.dirname, '../../config'),
    stage: 'dev',
    overrides: { app: { alerts: { webhook: 'slack' } } },
  });
  if (loaded.kind === 'invalid') throw new Error('the shipped config is not valid');
  for (const [name, text] of Object.entries(packConfig(loaded.config, 'c1'))) writeFileSync(join(root, name), text);
  const { compose } = composeWebhook({ STAGE: 'dev', LAMBDA_TASK_ROOT: root, WEBHOOK_SECRET: 'chat' });
  const secret = (text: string) => {
    secrets.reply = () => ({ kind: 'ok', body: { SecretString: text } });
  };

  secret('https://hooks.example.com/T0KEN-one');
  const first = (await compose()).channel;
  secret('https://hooks.example.com/T0KEN-two');
  const second = (await compose()).channel;
  secrets.reply = () => ({ kind: 'error', type: 'ResourceNotFoundException' });

  expect(second).not.toBe(first);
  await expect(compose()).rejects.toThrow('ResourceNotFoundException');
  expect(secrets.calls).toHaveLength(3);
});
