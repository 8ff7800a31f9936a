import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { ApiKey } from '../../shared/ports/secrets.ts';
import type { Scopes } from './call.ts';

/** A key the simulator knows: the client's half to hand out, and what its holder may do. */
export interface SimulatorKey {
  readonly apiKey: ApiKey;
  readonly publicKey: KeyObject;
  readonly scopes: Scopes;
}

export interface KeyOptions {
  readonly name?: string;
  readonly algorithm?: 'ES256' | 'EdDSA';
  readonly scopes?: Partial<Scopes>;
}

/** A fresh key pair, encoded the way the real portal delivers it. May view and trade unless told otherwise. */
export function simulatorKey(options: KeyOptions = {}): SimulatorKey {
  const { name = 'organizations/simulator/apiKeys/1', algorithm = 'ES256' } = options;
  const scopes = { view: true, trade: true, transfer: false, ...options.scopes };
  const { privateKey, publicKey } =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const text =
    algorithm === 'ES256' ? privateKey.export({ type: 'sec1', format: 'pem' }).toString() : seedAndPublic(privateKey);
  return { apiKey: { name, privateKey: text }, publicKey, scopes };
}

/** A key that somebody brings along: PEM, or base64 of an Ed25519 seed and its public half. */
export function broughtKey(apiKey: ApiKey, scopes: Scopes): SimulatorKey {
  const text = apiKey.privateKey.replaceAll('\\n', '\n').trim();
  if (text.startsWith('-----BEGIN')) return { apiKey, scopes, publicKey: createPublicKey(text) };
  const x = Buffer.from(text, 'base64').subarray(32).toString('base64url');
  return { apiKey, scopes, publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) };
}

/** base64 of the 32-byte seed followed by the 32-byte public key. */
function seedAndPublic(privateKey: KeyObject): string {
  const { d, x } = privateKey.export({ format: 'jwk' });
  return Buffer.concat([Buffer.from(d ?? '', 'base64url'), Buffer.from(x ?? '', 'base64url')]).toString('base64');
}
