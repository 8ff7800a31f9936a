import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type StubReply =
  | { readonly kind: 'ok'; readonly body: Readonly<Record<string, unknown>> }
  | { readonly kind: 'error'; readonly type: string; readonly status?: number }
  | { readonly kind: 'silence' };

export interface AwsJsonStub {
  readonly endpoint: string;
  /** Operations with their inputs, as they came. */
  readonly calls: { readonly operation: string; readonly input: Record<string, unknown> }[];
  /** The answer to everything from now on. */
  reply: (operation: string, input: Record<string, unknown>) => StubReply;
  readonly close: () => Promise<void>;
}

/** A server on loopback that speaks AWS JSON 1.1: the operation in X-Amz-Target, errors as `__type`. */
export async function startAwsJsonStub(): Promise<AwsJsonStub> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const input = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
    stub.calls.push({ operation, input });
    const reply = stub.reply(operation, input);
    if (reply.kind === 'silence') return;
    const body = reply.kind === 'ok' ? reply.body : { __type: reply.type, message: `${reply.type} by the stub` };
    response.statusCode = reply.kind === 'ok' ? 200 : (reply.status ?? 400);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stub: AwsJsonStub = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    reply: () => ({ kind: 'error', type: 'InternalFailure', status: 500 }),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return stub;
}

/** What every SDK client needs to talk to loopback. */
export function clientConfig(endpoint: string) {
  return {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  } as const;
}
