import { globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { HURRIED } from './hurried.ts';

const LAMBDAS = join(import.meta.dirname, '..');

test('[REQ-K1] a service that never answers is asked three times and given up, inside the time of a halt', async () => {
  let asked = 0;
  const silent = createServer(() => {
    asked += 1;
  });
  await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
  const client = new DynamoDBClient({
    ...HURRIED,
    endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const startedMs = performance.now();
  try {
    await expect(client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } }))).rejects.toThrow();
    expect(asked).toBe(3);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  } finally {
    client.destroy();
    silent.closeAllConnections();
    silent.close();
  }
});

test('every AWS client of a function is hurried', () => {
  const sources = globSync('**/*.ts', { cwd: LAMBDAS }).filter((file) => !file.endsWith('.test.ts'));
  const made = sources.flatMap((file) => {
    const calls = readFileSync(join(LAMBDAS, file), 'utf8').match(
      /new (?:DynamoDB|SecretsManager|S3|SNS|SQS|SSM)Client\([^)]*/g,
    );
    return (calls ?? []).map((call) => `${file}: ${call}`);
  });
  expect(made.length).toBeGreaterThan(8);
  expect(made.filter((call) => !call.includes('HURRIED'))).toEqual([]);
});
