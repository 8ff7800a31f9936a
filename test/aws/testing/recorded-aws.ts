import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call as IAM judges it. */
export interface AwsCall {
  readonly action: string;
  readonly resource: string;
  /** Of a list of files. */
  readonly prefix: string | null;
}

export interface RecordedAws {
  readonly url: string;
  readonly calls: AwsCall[];
  close(): Promise<void>;
}

export const REGION = 'us-east-1';
export const ACCOUNT = '111122223333';
export const BUCKET = 'archive';
const TABLE_ITEM_ACTIONS = /^(Get|Put|Update|Delete)Item$|^(Query|Scan|DescribeTable)$/;

export function arnOf(service: string, name: string): string {
  return service === 's3' ? `arn:aws:s3:::${name}` : `arn:aws:${service}:${REGION}:${ACCOUNT}:${name}`;
}

interface Asked {
  readonly service: string;
  readonly action: string;
  readonly input: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The parameters, secrets and tables of an account on loopback, which notes what was asked of it. */
export interface Account {
  /** Speaks DynamoDB's protocol. */
  readonly tableEndpoint: string;
  readonly parameters: Map<string, string>;
  readonly secrets: Map<string, string>;
}

export async function startRecordedAws(account: Account): Promise<RecordedAws> {
  const calls: AwsCall[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const asked = await read(request);
      const { url = '' } = request;
      const prefix = new URL(url, 'http://s3').searchParams.get('prefix');
      calls.push({ action: `${asked.service}:${asked.action}`, resource: resourceOf(asked, url), prefix });
      await answer({ ...account, url: urlOf(server) }, asked, request, response);
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: urlOf(server),
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The signature names the service, whatever the address. */
async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const service = /Credential=[^/]+\/\d+\/[^/]+\/(\w+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'unsigned';
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    return { service, action: target.split('.').at(-1) ?? '', input: JSON.parse(body), body };
  }
  if (service === 's3') return { service, action: fileAction(request), input: {}, body };
  const input = Object.fromEntries(new URLSearchParams(body));
  return { service, action: input['Action'] ?? '', input, body };
}

function fileAction({ method, url = '' }: IncomingMessage): string {
  if (method === 'PUT') return 'PutObject';
  return method === 'HEAD' || url.includes('list-type=2') ? 'ListBucket' : 'GetObject';
}

function resourceOf({ service, action, input }: Asked, url: string): string {
  switch (service) {
    case 'dynamodb':
      return arnOf(service, `table/${input['TableName']}`);
    case 'ssm':
      return arnOf(service, `parameter${input['Name']}`);
    case 'secretsmanager':
      return secretArn(input['SecretId'] ?? '');
    case 'sns':
      return input['TopicArn'] ?? '';
    case 'sqs':
      return arnOf(service, input['QueueName'] ?? input['QueueUrl']?.split('/').at(-1) ?? '');
    default: {
      const [path = ''] = url.slice(1).split('?');
      return arnOf(service, action === 'ListBucket' ? BUCKET : path);
    }
  }
}

/** AWS ends the name of a secret with six characters of its own in its ARN. */
function secretArn(id: string): string {
  return id.startsWith('arn:') ? id : arnOf('secretsmanager', `secret:${id}-AbCdEf`);
}

type Reply = Readonly<Record<string, unknown>> | string | null;

interface Served extends Account {
  readonly url: string;
}

async function answer(account: Served, asked: Asked, request: IncomingMessage, response: ServerResponse) {
  if (asked.service === 'dynamodb' && TABLE_ITEM_ACTIONS.test(asked.action)) {
    const headers = { ...request.headers } as Record<string, string>;
    for (const name of ['host', 'connection', 'content-length']) delete headers[name];
    const reply = await fetch(account.tableEndpoint, { method: 'POST', headers, body: asked.body });
    response.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.0' });
    return response.end(await reply.text());
  }
  const reply = replyOf(account, asked);
  const isText = typeof reply === 'string';
  response.writeHead(reply === null ? 404 : 200, {
    'content-type': isText ? 'text/xml' : 'application/x-amz-json-1.1',
  });
  return response.end(isText ? reply : JSON.stringify(reply ?? { __type: 'ResourceNotFoundException' }));
}

function replyOf({ parameters, secrets, url }: Served, { service, action, input }: Asked): Reply {
  const name = input['Name'] ?? '';
  switch (`${service}:${action}`) {
    case 'ssm:GetParameter':
      return parameters.has(name)
        ? { Parameter: { Name: name, Value: parameters.get(name), LastModifiedDate: Date.now() / 1_000 } }
        : null;
    case 'ssm:PutParameter':
      parameters.set(name, input['Value'] ?? '');
      return {};
    case 'secretsmanager:GetSecretValue':
      return { SecretString: secrets.get(secretArn(input['SecretId'] ?? '')) };
    case 'secretsmanager:ListSecretVersionIds':
      return { Versions: [{ VersionId: 'v1', VersionStages: ['AWSCURRENT'], CreatedDate: Date.now() / 1_000 }] };
    case 'secretsmanager:PutSecretValue':
      return { VersionId: 'v2' };
    case 'dynamodb:DescribeContinuousBackups':
      return { ContinuousBackupsDescription: { ContinuousBackupsStatus: 'ENABLED' } };
    case 'sqs:GetQueueUrl':
      return { QueueUrl: `${url}/${ACCOUNT}/${input['QueueName']}` };
    case 'sqs:GetQueueAttributes':
      return {
        Attributes: Object.fromEntries((input['AttributeNames'] as unknown as string[]).map((count) => [count, '0'])),
      };
    case 'sqs:SendMessage':
      return {
        MessageId: '1',
        MD5OfMessageBody: createHash('md5')
          .update(input['MessageBody'] ?? '')
          .digest('hex'),
      };
    case 's3:GetObject':
      return '<Error><Code>NoSuchKey</Code></Error>';
    default:
      return service === 'sns' || service === 's3' ? `<${action}Response><${action}Result/></${action}Response>` : {};
  }
}
