import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedHeaders, type UnsignedRequest } from './sign.ts';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI', sessionToken: 'a session' };
const REGION = 'eu-west-1';
let server: Server;
let seen: { readonly message: IncomingMessage; readonly body: Buffer } | undefined;

beforeAll(async () => {
  server = createServer(async (message, response) => {
    const parts: Buffer[] = [];
    for await (const part of message) parts.push(part as Buffer);
    seen = { message, body: Buffer.concat(parts) };
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** The names that a signature covers and that signing adds by itself. */
const ADDED = new Set(['host', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-security-token']);

function covered({ headers }: IncomingMessage, isAdded: boolean): Record<string, string> {
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  return Object.fromEntries(
    names.filter((name) => ADDED.has(name) === isAdded).map((name) => [name, String(headers[name])]),
  );
}

function timeOf({ headers }: IncomingMessage): number {
  const [, y, mo, d, h, mi, s] = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(String(headers['x-amz-date'])) ?? [];
  return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}

describe('a signature', () => {
  const config = () => ({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: REGION,
    credentials: CREDENTIALS,
    forcePathStyle: true,
  });
  const hardKey = {
    Bucket: 'archive',
    Key: "cycles/a b+c=d'(1)*!/\u00e9.json.gz",
    Body: Buffer.from('zipped'),
    ContentEncoding: 'gzip',
  };

  /** The SDK names the operation in the query, for its logs; no request of ours has a query. */
  const archive = () => {
    const client = new S3Client(config());
    client.middlewareStack.add(
      (next) => (args) => {
        const { request } = args as { readonly request: { query: Record<string, string> } };
        request.query = {};
        return next(args);
      },
      { step: 'build' },
    );
    return client;
  };

  it.each([
    ['ssm', () => new SSMClient(config()).send(new GetParameterCommand({ Name: '/armed' }))],
    [
      'sns',
      () =>
        new SNSClient(config())
          .send(new PublishCommand({ TopicArn: 'arn:aws:sns:a:1:b', Message: 'a & b' }))
          .catch(() => 0),
    ],
    ['s3', () => archive().send(new PutObjectCommand(hardKey))],
  ])('is the one that the SDK makes of the same request to %s', async (service, ask) => {
    await ask();
    if (seen === undefined) throw new Error('nothing was sent');
    const { message, body } = seen;
    const request: UnsignedRequest = {
      method: message.method as UnsignedRequest['method'],
      host: String(message.headers.host),
      path: (message.url ?? '').replace(/\?.*/, ''),
      headers: covered(message, false),
      body,
    };

    const headers = signedHeaders(request, CREDENTIALS, { service, region: REGION }, timeOf(message));

    expect(headers).toMatchObject(covered(message, true));
    expect(headers['authorization']).toBe(message.headers.authorization);
  });
});
