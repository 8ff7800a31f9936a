import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import { type Agent, request } from 'node:http';
import type { ApiKey } from '../../shared/ports/secrets.ts';

/** A minimal signing client, apart from the bot's own: only what the tests need. */
export interface Answered {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The parsed body; undefined when it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of many shapes
  readonly body: any;
}

export interface TokenOptions {
  readonly host?: string;
  readonly uri?: string;
  readonly lifeSeconds?: number;
}

const PREFIX = '/api/v3/brokerage';

export function token(apiKey: ApiKey, method: string, path: string, nowMs: number, options: TokenOptions = {}): string {
  const nbf = Math.floor(nowMs / 1000);
  const isElliptic = apiKey.privateKey.includes('BEGIN');
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = {
    alg: isElliptic ? 'ES256' : 'EdDSA',
    typ: 'JWT',
    kid: apiKey.name,
    nonce: randomBytes(8).toString('hex'),
  };
  const uri = options.uri ?? `${method} ${options.host ?? 'api.coinbase.com'}${PREFIX}${path.split('?')[0]}`;
  const claims = { iss: 'cdp', sub: apiKey.name, nbf, exp: nbf + (options.lifeSeconds ?? 120), uri };
  const signed = `${part(head)}.${part(claims)}`;
  return `${signed}.${signature(apiKey, signed, isElliptic)}`;
}

function signature({ privateKey }: ApiKey, signed: string, isElliptic: boolean): string {
  if (isElliptic) {
    return sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  }
  const seed = Buffer.from(privateKey, 'base64').subarray(0, 32);
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return sign(null, Buffer.from(signed), key).toString('base64url');
}

export interface SendOptions {
  readonly authorization?: string | undefined;
  readonly body?: unknown;
  readonly timeoutMs?: number;
}

export function sender(
  url: string,
  agent: Agent,
): (method: string, path: string, options?: SendOptions) => Promise<Answered> {
  return (method, path, { authorization, body, timeoutMs } = {}) =>
    new Promise((resolve, reject) => {
      const headers = { ...(authorization === undefined ? {} : { authorization }), 'content-type': 'application/json' };
      const outgoing = request(`${url}${PREFIX}${path}`, { method, headers, agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const contentType = response.headers['content-type'] ?? '';
          const isJson = contentType.startsWith('application/json');
          resolve({
            status: response.statusCode ?? 0,
            contentType,
            headers: response.headers,
            text,
            body: isJson ? JSON.parse(text) : undefined,
          });
        });
      });
      outgoing.on('error', reject);
      if (timeoutMs !== undefined) outgoing.setTimeout(timeoutMs, () => outgoing.destroy(new Error('timed out')));
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
}
