import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  /** The operation as its service names it, or method and path. */
  readonly operation: string;
  readonly authorization: string;
  readonly body: string;
}

export interface LoopbackAws {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

interface Canned {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

/** Answers like AWS where the wire matters to a bundle: one canned reply an operation. */
const REPLIES: Readonly<Record<string, (request: SeenRequest) => Canned>> = {
  'AmazonSSM.GetParameter': ({ body }) =>
    body.includes('/missing')
      ? { status: 400, body: '{"__type":"ParameterNotFound"}' }
      : { body: '{"Parameter":{"Name":"/armed","Type":"String","Value":"armed"}}' },
  'DynamoDB_20120810.GetItem': () => ({ body: '{}' }),
  'DynamoDB_20120810.PutItem': () => ({
    status: 400,
    body: '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no"}',
  }),
  'secretsmanager.GetSecretValue': () => ({
    body: JSON.stringify({ Name: 'v', SecretString: '{"name":"a key","privateKey":"not one"}' }),
  }),
  'AmazonSQS.SendMessage': ({ body }) => {
    const { MessageBody: text } = JSON.parse(body) as { readonly MessageBody: string };
    return { body: JSON.stringify({ MessageId: '1', MD5OfMessageBody: createHash('md5').update(text).digest('hex') }) };
  },
  Publish: () => ({
    type: 'text/xml',
    body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
  }),
  PUT: () => ({ type: 'application/xml', body: '' }),
  GET: () => ({ status: 404, type: 'application/xml', body: '<Error><Code>NoSuchKey</Code></Error>' }),
};

export async function awsOnLoopback(): Promise<LoopbackAws> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void read(request).then((known) => {
      seen.push(known);
      const reply = REPLIES[known.operation.split(' ')[0] ?? '']?.(known) ?? { status: 501, body: '{}' };
      response.writeHead(reply.status ?? 200, { 'content-type': reply.type ?? 'application/x-amz-json-1.0' });
      response.end(reply.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('latin1');
  const target = request.headers['x-amz-target'];
  const action = /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  const operation = typeof target === 'string' ? target : (action ?? `${request.method} ${request.url}`);
  return { operation, authorization: request.headers.authorization ?? '', body };
}
