import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly body: string;
  /** Tells connections apart. */
  readonly port: number;
}

/** What the far side does with a request. */
export type Reaction =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body: unknown }
  /** Cuts the connection once the request is in: it may have been acted upon. */
  | 'reset'
  /** Starts a reply and cuts it off. */
  | 'cut off'
  /** Never answers. */
  | 'hang';

export interface LoopbackExchange {
  readonly url: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** An HTTP server on loopback for the length of one test. A list of reactions repeats its last one. */
export async function loopbackExchange(
  react: readonly Reaction[] | ((request: Received, index: number) => Reaction),
): Promise<LoopbackExchange> {
  const received: Received[] = [];
  const server = http.createServer(async (incoming, outgoing) => {
    const request = await readRequest(incoming);
    received.push(request);
    const index = received.length - 1;
    const reaction = typeof react === 'function' ? react(request, index) : react[Math.min(index, react.length - 1)];
    perform(reaction ?? 'reset', outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, close };
}

async function readRequest(incoming: IncomingMessage): Promise<Received> {
  const parts: Buffer[] = [];
  for await (const part of incoming as AsyncIterable<Buffer>) parts.push(part);
  const url = new URL(incoming.url ?? '/', 'http://loopback');
  return {
    method: incoming.method ?? '',
    path: url.pathname.replace('/api/v3/brokerage', ''),
    query: url.searchParams,
    authorization: incoming.headers.authorization,
    body: Buffer.concat(parts).toString('utf8'),
    port: incoming.socket.remotePort ?? 0,
  };
}

function perform(reaction: Reaction, outgoing: ServerResponse): void {
  if (reaction === 'hang') return;
  if (reaction === 'reset') {
    outgoing.socket?.resetAndDestroy();
    return;
  }
  if (reaction === 'cut off') {
    outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    outgoing.write('{"success":', () => outgoing.socket?.destroy());
    return;
  }
  const isText = typeof reaction.body === 'string';
  const type = isText ? 'text/plain' : 'application/json';
  outgoing.writeHead(reaction.status ?? 200, { 'content-type': type, ...reaction.headers });
  outgoing.end(isText ? (reaction.body as string) : JSON.stringify(reaction.body));
}
