import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { createTokenSigner, importSigningKey } from './jwt.ts';
import { virtualClock } from './testing/virtual-clock.ts';

const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ED = generateKeyPairSync('ed25519');
const SEC1 = EC.privateKey.export({ format: 'pem', type: 'sec1' }) as string;
const seed = ED.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
const publicHalf = ED.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
const NAME = 'organizations/o/apiKeys/k';

const FORMS: readonly (readonly [string, string, 'ES256' | 'EdDSA', KeyObject])[] = [
  ['SEC1 PEM', SEC1, 'ES256', EC.publicKey],
  ['SEC1 PEM with literal \\n', SEC1.replaceAll('\n', '\\n'), 'ES256', EC.publicKey],
  ['SEC1 PEM with CRLF', SEC1.replaceAll('\n', '\r\n'), 'ES256', EC.publicKey],
  ['PKCS#8 PEM of P-256', EC.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, 'ES256', EC.publicKey],
  ['PKCS#8 PEM of Ed25519', ED.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, 'EdDSA', ED.publicKey],
  ['base64 of seed and public key', Buffer.concat([seed, publicHalf]).toString('base64'), 'EdDSA', ED.publicKey],
  ['base64 of the seed', ` ${seed.toString('base64')}\n`, 'EdDSA', ED.publicKey],
];

describe('a request token', () => {
  test.each(FORMS)(
    '[REQ-CB1] from %s verifies and says what the exchange wants to read',
    async (_name, privateKey, alg, key) => {
      const clock = virtualClock(1_795_330_000_900);
      const signer = createTokenSigner({ name: NAME, privateKey }, 'api.coinbase.com', clock);
      const token = await signer.sign('GET', '/api/v3/brokerage/accounts');
      const { payload, protectedHeader } = await jwtVerify(token, key, { currentDate: new Date(clock.nowMs()) });
      expect(payload).toEqual({
        iss: 'cdp',
        sub: NAME,
        nbf: 1_795_330_000,
        exp: 1_795_330_120,
        uri: 'GET api.coinbase.com/api/v3/brokerage/accounts',
      });
      expect(protectedHeader).toEqual({ alg, typ: 'JWT', kid: NAME, nonce: expect.stringMatching(/^[0-9a-f]{32}$/) });
    },
  );

  test('is never made twice', async () => {
    const signer = createTokenSigner({ name: NAME, privateKey: SEC1 }, 'api.coinbase.com', virtualClock());
    const tokens = await Promise.all(Array.from({ length: 50 }, () => signer.sign('GET', '/x')));
    expect(new Set(tokens.map((token) => decodeProtectedHeader(token)['nonce'])).size).toBe(50);
  });
});

describe('an unusable key', () => {
  const P384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  const torn = Buffer.concat([seed, Buffer.alloc(32, 7)]).toString('base64');
  test.each([
    ['another curve', P384.export({ format: 'pem', type: 'sec1' }) as string, /neither ECDSA P-256 nor Ed25519/],
    ['a cut PEM', SEC1.slice(0, 80), /does not parse/],
    ['a seed that does not fit its public half', torn, /not copied whole/],
    ['a short seed', seed.subarray(0, 30).toString('base64'), /expected PEM, or base64/],
    ['nothing', '', /expected PEM, or base64/],
    ['a password', 'correct horse battery staple', /expected PEM, or base64/],
  ])('[I11] that is %s is refused without repeating any of it', (_name, privateKey, message) => {
    const attempt = () => importSigningKey({ name: NAME, privateKey });
    expect(attempt).toThrow(message);
    const parts = privateKey.split('\n').filter((part) => part.length > 8 && !part.startsWith('-----'));
    for (const part of parts) expect(attempt).not.toThrow(part);
  });
});
