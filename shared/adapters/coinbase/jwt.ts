import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';
import type { ApiKey } from '../../ports/secrets.ts';

/** The longest life the exchange accepts. */
const TOKEN_LIFE_S = 120;

export interface SigningKey {
  readonly algorithm: 'ES256' | 'EdDSA';
  readonly key: KeyObject;
}

export interface TokenSigner {
  /** A fresh token, bound to this method and path. `path` is the whole path without a query. */
  sign(method: string, path: string): Promise<string>;
}

export function createTokenSigner(apiKey: ApiKey, jwtHost: string, clock: Clock): TokenSigner {
  const { algorithm, key } = importSigningKey(apiKey);
  const signing = import('./sign-jwt.ts');
  return {
    async sign(method, path) {
      const { signJwt } = await signing;
      const nbf = Math.floor(clock.nowMs() / 1_000);
      return signJwt(
        { alg: algorithm, typ: 'JWT', kid: apiKey.name, nonce: randomBytes(16).toString('hex') },
        { uri: `${method} ${jwtHost}${path}`, iss: 'cdp', sub: apiKey.name, nbf, exp: nbf + TOKEN_LIFE_S },
        key,
      );
    },
  };
}

/** Reads a key as the portal delivers it. Throws, never repeating any of the key. */
export function importSigningKey({ name, privateKey }: ApiKey): SigningKey {
  const text = privateKey.replaceAll('\\r', '').replaceAll('\\n', '\n').trim();
  const key = text.startsWith('-----BEGIN') ? fromPem(text, name) : fromSeed(text, name);
  if (key.asymmetricKeyType === 'ed25519') return { algorithm: 'EdDSA', key };
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') {
    return { algorithm: 'ES256', key };
  }
  throw unreadable(name, 'it is neither ECDSA P-256 nor Ed25519');
}

function fromPem(pem: string, name: string): KeyObject {
  try {
    return createPrivateKey({ key: `${pem}\n`, format: 'pem' });
  } catch {
    // The cause is dropped on purpose: nothing that touched the key goes into a message.
    throw unreadable(name, 'it looks like PEM but does not parse');
  }
}

/** DER that makes a bare Ed25519 seed a PKCS#8 document (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

function fromSeed(base64: string, name: string): KeyObject {
  const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : Buffer.alloc(0);
  if (bytes.length !== 32 && bytes.length !== 64) {
    throw unreadable(name, 'expected PEM, or base64 of a 32-byte seed or of 64 bytes (seed, public key)');
  }
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, bytes.subarray(0, 32)]),
    format: 'der',
    type: 'pkcs8',
  });
  if (bytes.length === 64 && !publicHalf(key).equals(bytes.subarray(32))) {
    throw unreadable(name, 'its public half does not belong to its seed: it was not copied whole');
  }
  return key;
}

function publicHalf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
}

function unreadable(name: string, why: string): Error {
  return new Error(`the private key of ${JSON.stringify(name)} cannot be used: ${why}`);
}
