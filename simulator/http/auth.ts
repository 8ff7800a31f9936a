import { verify } from 'node:crypto';
import { isObject, type JsonObject } from '../exchange/json.ts';
import type { SimulatorKey } from './keys.ts';

const LONGEST_LIFE_SECONDS = 120;

/** What a token must match. */
export interface Expected {
  readonly method: string;
  /** With the API prefix, without the query. */
  readonly path: string;
  /** Host names that count as this exchange: the real one, and the address of the simulator. */
  readonly hosts: readonly string[];
  readonly nowMs: number;
}

/** The key that signed a valid bearer token for exactly this request; undefined otherwise. */
export function authenticate(
  header: string | undefined,
  keys: ReadonlyMap<string, SimulatorKey>,
  expected: Expected,
): SimulatorKey | undefined {
  const token = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(header ?? '');
  if (token === null) return undefined;
  const [, head = '', body = '', signature = ''] = token;
  const protectedHead = decode(head);
  const claims = decode(body);
  const key = keys.get(String(protectedHead?.['kid']));
  if (protectedHead === undefined || claims === undefined || key === undefined) return undefined;
  if (!isSignedBy(key, protectedHead, `${head}.${body}`, signature)) return undefined;
  return isFor(claims, key, expected) ? key : undefined;
}

function decode(part: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSignedBy({ publicKey }: SimulatorKey, head: JsonObject, signed: string, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  const isElliptic = publicKey.asymmetricKeyType === 'ec';
  if (head['alg'] !== (isElliptic ? 'ES256' : 'EdDSA')) return false;
  if (!isElliptic) return verify(null, Buffer.from(signed), publicKey, bytes);
  return verify('sha256', Buffer.from(signed), { key: publicKey, dsaEncoding: 'ieee-p1363' }, bytes);
}

function isFor(claims: JsonObject, key: SimulatorKey, { method, path, hosts, nowMs }: Expected): boolean {
  const { nbf, exp, sub, uri, iss } = claims;
  if (typeof nbf !== 'number' || typeof exp !== 'number') return false;
  const nowSeconds = nowMs / 1000;
  const isInTime = nbf <= nowSeconds && nowSeconds < exp && exp - nbf <= LONGEST_LIFE_SECONDS;
  // The name before 2024-05 is still tolerated.
  const isKnownIssuer = iss === 'cdp' || iss === 'coinbase-cloud';
  return (
    isInTime && isKnownIssuer && sub === key.apiKey.name && hosts.some((host) => uri === `${method} ${host}${path}`)
  );
}
