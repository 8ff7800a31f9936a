import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DynamoDBClient } from './client-dynamodb.ts';
import { GetObjectCommand, NoSuchKey, S3Client } from './client-s3.ts';
import { GetSecretValueCommand, ListSecretVersionIdsCommand, SecretsManagerClient } from './client-secrets-manager.ts';
import { PublishCommand, SNSClient } from './client-sns.ts';
import { GetParameterCommand, SSMClient } from './client-ssm.ts';
import { GetCommand, PutCommand } from './lib-dynamodb.ts';
import { addressOf } from './signed-client.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

let server: Server;
/** The answers to come; the last one stays. */
let answers: Answer[];
let asked: number;

beforeEach(async () => {
  asked = 0;
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      asked += 1;
      const [answer] = answers.length > 1 ? answers.splice(0, 1) : answers;
      answer?.(response, request);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const config = () => ({
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
});
const ok =
  (body: unknown): Answer =>
  (response) =>
    response.end(JSON.stringify(body));
const refused =
  (status: number, body: string): Answer =>
  (response) => {
    response.statusCode = status;
    response.end(body);
  };
const lost: Answer = (response) => response.destroy();
const silence: Answer = () => undefined;
const parameter = () => new SSMClient(config()).send(new GetParameterCommand({ Name: '/armed' }));

describe('a function that asks AWS', () => {
  it.each([
    ['a reply that was lost', lost],
    ['an error of the service', refused(503, 'try later')],
    ['being too fast', refused(400, '{"__type":"com.amazon.coral.availability#ThrottlingException"}')],
    ['a table that was asked too much', refused(400, '{"__type":"x#ProvisionedThroughputExceededException"}')],
  ])('asks again after %s', async (_name, failure) => {
    answers = [failure, failure, ok({ Parameter: { Value: 'armed' } })];

    expect(await parameter()).toMatchObject({ Parameter: { Value: 'armed' } });
    expect(asked).toBe(3);
  });

  it('gives up after three attempts, with the name of the error', async () => {
    answers = [refused(500, '{"__type":"InternalServerError","message":"broken"}')];

    await expect(parameter()).rejects.toMatchObject({ name: 'InternalServerError', message: 'broken' });
    expect(asked).toBe(3);
  });

  it.each([
    ['AccessDeniedException', '{"__type":"AccessDeniedException","Message":"no"}'],
    [
      'ConditionalCheckFailedException',
      '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}',
    ],
    ['ParameterNotFound', '{"__type":"ParameterNotFound"}'],
    ['AuthorizationError', '<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>'],
    ['HTTP 400', 'not what anybody expects'],
  ])('does not ask again after a plain no: %s', async (name, body) => {
    answers = [refused(400, body)];

    await expect(parameter()).rejects.toMatchObject({ name, status: 400 });
    expect(asked).toBe(1);
  });

  it('waits no longer than it was told to, and stops when it is told to', async () => {
    answers = [silence];
    const hurried = new SSMClient({ ...config(), maxAttempts: 2, requestHandler: { requestTimeout: 40 } });
    await expect(hurried.send(new GetParameterCommand({ Name: 'a' }))).rejects.toThrow(
      'no complete reply within 40 ms',
    );

    const abort = new AbortController();
    const waiting = hurried.send(new GetParameterCommand({ Name: 'a' }), { abortSignal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toThrow(/abort/);
  });

  it('reads times as dates, where those who ask expect dates', async () => {
    answers = [
      ok({ Parameter: { LastModifiedDate: 1.5 }, Versions: [{ VersionId: 'v', CreatedDate: 2 }], CreatedDate: 3 }),
    ];
    const secrets = new SecretsManagerClient(config());

    expect(await parameter()).toMatchObject({ Parameter: { LastModifiedDate: new Date(1_500) } });
    expect(await secrets.send(new ListSecretVersionIdsCommand({ SecretId: 's' }))).toMatchObject({
      Versions: [{ VersionId: 'v', CreatedDate: new Date(2_000) }],
    });
    expect(await secrets.send(new GetSecretValueCommand({ SecretId: 's' }))).toMatchObject({
      CreatedDate: new Date(3_000),
    });
  });

  it('tells an object that is not there from everything else', async () => {
    const get = () =>
      new S3Client(config()).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })).catch((error: unknown) => error);

    answers = [refused(404, '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>gone</Message></Error>')];
    expect((await get()) instanceof NoSuchKey).toBe(true);
    answers = [refused(404, '<Error><Code>NoSuchBucket</Code></Error>')];
    expect((await get()) instanceof NoSuchKey).toBe(false);
  });

  it('refuses to send what it would leave out or change', async () => {
    answers = [ok({})];
    const table = new DynamoDBClient(config());
    const put = (value: unknown) => table.send(new PutCommand({ TableName: 't', Item: { pk: 'a', value } }));

    await expect(put({ nested: 1 })).rejects.toThrow('attribute value: a object cannot be stored');
    await expect(put(Number.NaN)).rejects.toThrow(TypeError);
    await expect(put(2 ** 60)).rejects.toThrow(TypeError);
    const withPhone = new PublishCommand({ Message: 'm', PhoneNumber: '+1' });
    await expect(new SNSClient(config()).send(withPhone)).rejects.toThrow('PhoneNumber');
    expect(asked).toBe(0);
  });

  it('refuses a row of a type that nothing here writes', async () => {
    answers = [ok({ Item: { pk: { S: 'a' }, picture: { B: 'AA==' } } })];

    const get = new GetCommand({ TableName: 't', Key: { pk: 'a' } });
    await expect(new DynamoDBClient(config()).send(get)).rejects.toThrow('attribute picture: the type B');
  });

  it.each([
    ['eu-west-1', 'sqs', undefined, undefined, 'https://sqs.eu-west-1.amazonaws.com/k'],
    ['cn-north-1', 'dynamodb', undefined, undefined, 'https://dynamodb.cn-north-1.amazonaws.com.cn/k'],
    ['eu-west-1', 's3', 'archive', undefined, 'https://archive.s3.eu-west-1.amazonaws.com/k'],
    ['eu-west-1', 's3', 'archive', 'http://127.0.0.1:4566', 'http://127.0.0.1:4566/archive/k'],
  ] as const)('in %s finds %s (bucket %s, endpoint %s) at %s', (region, service, bucket, endpoint, url) => {
    const { origin, path } = addressOf({ region, endpoint }, { service, path: '/k', ...(bucket && { bucket }) });

    expect(new URL(path, origin).href).toBe(url);
  });
});
