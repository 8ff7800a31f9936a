import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';

export interface Outgoing {
  readonly origin: URL;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface Incoming {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Calls of one function run one after another or a few side by side; a frozen function keeps its connections. */
const AGENT_OPTIONS = { keepAlive: true, maxSockets: 50 } as const;
const agents = { 'http:': new http.Agent(AGENT_OPTIONS), 'https:': new https.Agent(AGENT_OPTIONS) } as const;

/** One request and its whole reply, whatever its status. Rejects when there is none in time. */
export function exchangeOnce({ origin, timeoutMs, body, ...message }: Outgoing): Promise<Incoming> {
  const isSecure = origin.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const outgoing = (isSecure ? https : http).request({
      hostname: origin.hostname.replace(/^\[|\]$/g, ''),
      port: origin.port || null,
      method: message.method,
      path: message.path,
      headers: { ...message.headers, 'content-length': Buffer.byteLength(body) },
      agent: agents[isSecure ? 'https:' : 'http:'],
      ...(message.signal && { signal: message.signal }),
    });
    const timer = setTimeout(() => outgoing.destroy(new Error(`no complete reply within ${timeoutMs} ms`)), timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    // Stays: an aborted request may err more than once.
    outgoing.on('error', fail);
    outgoing.once('response', (reply) => {
      collect(reply).then((received) => {
        clearTimeout(timer);
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: received });
      }, fail);
    });
    outgoing.end(body);
  });
}

async function collect(reply: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of reply as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
