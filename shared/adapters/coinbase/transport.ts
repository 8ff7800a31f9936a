import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';

/** One request on its way. Nothing here knows what it means. */
export interface Message {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /**
   * Uses a connection of its own. A pooled one may have been closed by the far side meanwhile, which cannot be told from
   * a request that was received and then cut off: every such order would count as perhaps placed.
   */
  readonly ownConnection: boolean;
}

export type Delivery =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly contentType: string;
      readonly retryAfter: string | undefined;
      readonly body: string;
    }
  /** No byte of the request can have reached the far side. */
  | { readonly kind: 'not_sent'; readonly why: string }
  /** It may have been received, and acted upon. */
  | { readonly kind: 'lost'; readonly why: string };

export interface Transport {
  /** Never throws for what the network does. */
  deliver(message: Message): Promise<Delivery>;
  close(): void;
}

/** Idle connections are kept past one cycle of a minute, but not for ever. */
const IDLE_MS = 90_000;
const MAX_CONNECTIONS = 40;
/** Far above the largest real reply (all products, about 1 MB). */
const MAX_REPLY_BYTES = 32 * 1024 * 1024;

export function createTransport(origin: URL, timeoutMs: number): Transport {
  const isSecure = origin.protocol === 'https:';
  const { Agent, request } = isSecure ? https : http;
  const connected = isSecure ? 'secureConnect' : 'connect';
  const pool = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS, timeout: IDLE_MS, scheduling: 'lifo' });
  const single = new Agent({ keepAlive: false });
  const address = { hostname: origin.hostname.replace(/^\[|\]$/g, ''), port: origin.port || null };
  return {
    deliver({ method, target, headers, body, ownConnection }) {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const outgoing = request({
        ...address,
        method,
        path: target,
        headers: { ...headers, ...length },
        agent: ownConnection ? single : pool,
      });
      const delivery = deliveryOf(outgoing, connected, timeoutMs);
      outgoing.end(body);
      return delivery;
    },
    close() {
      pool.destroy();
      single.destroy();
    },
  };
}

function deliveryOf(
  outgoing: ClientRequest,
  connected: 'connect' | 'secureConnect',
  timeoutMs: number,
): Promise<Delivery> {
  return new Promise((resolve) => {
    let mayHaveLeft = false;
    // A real timer, not the injected clock: this bounds real input and output.
    const timer = setTimeout(() => outgoing.destroy(new Error(`no complete reply within ${timeoutMs} ms`)), timeoutMs);
    const settle = (delivery: Delivery) => {
      clearTimeout(timer);
      resolve(delivery);
    };
    const fail = (error: Error) => settle({ kind: mayHaveLeft ? 'lost' : 'not_sent', why: describe(error) });
    outgoing.once('socket', (socket) => {
      if (outgoing.reusedSocket || !socket.connecting) mayHaveLeft = true;
      else {
        socket.once(connected, () => {
          mayHaveLeft = true;
        });
      }
    });
    // Stays: an aborted request may err more than once.
    outgoing.on('error', fail);
    outgoing.once('response', (incoming) => {
      collect(incoming).then((body) => settle(replyOf(incoming, body)), fail);
    });
  });
}

function replyOf({ statusCode, headers }: IncomingMessage, body: string): Delivery {
  return {
    kind: 'reply',
    status: statusCode ?? 0,
    contentType: headers['content-type'] ?? '',
    retryAfter: headers['retry-after'],
    body,
  };
}

async function collect(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_REPLY_BYTES) throw new Error(`reply larger than ${MAX_REPLY_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function describe(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return [code, error.message].filter((part) => part !== '').join(': ');
}
