import { generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, redactText } from './redact.ts';

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const PEM = p256.export({ type: 'sec1', format: 'pem' }).toString();
const SEED = ed25519.export({ type: 'pkcs8', format: 'der' }).subarray(-32);
const PUBLIC = Buffer.alloc(32, 7);

/** Each with a part that must not come through. */
const SECRETS: readonly (readonly [name: string, text: string, core: string])[] = [
  ['a PEM', PEM, PEM.split('\n')[1] as string],
  ['a PEM with escaped line breaks', PEM.replaceAll('\n', '\\n'), PEM.split('\n')[2] as string],
  ['a PEM that was cut off', PEM.slice(0, 120), PEM.slice(60, 110)],
  ['base64 SEC1', p256.export({ type: 'sec1', format: 'der' }).toString('base64'), 'MHcCAQEE'],
  ['base64 PKCS#8', p256.export({ type: 'pkcs8', format: 'der' }).toString('base64'), 'MIGHAgEA'],
  ['an Ed25519 seed', SEED.toString('base64'), SEED.toString('base64').slice(0, 20)],
  ['an Ed25519 key', Buffer.concat([SEED, PUBLIC]).toString('base64'), SEED.toString('base64').slice(0, 20)],
  ['a JWT', 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJvcmdhbml6YXRpb24ifQ.c2lnbmF0dXJl', 'eyJzdWIiOiJ'],
  ['a key name', 'organizations/0a1b2c3d-0000/apiKeys/4e5f6a7b-1111', '4e5f6a7b'],
  ['a key name in a URL', 'organizations%2F0a1b2c3d%2FapiKeys%2F4e5f6a7b-1111', '4e5f6a7b'],
  ['an access key id', 'AKIAABCDEFGHIJKLMNOP', 'ABCDEFGHIJ'],
  ['a bearer header', 'Bearer abc.def-123', 'def-123'],
  ['a key file', '{"id":"x","privateKey":"c2hvcnQ"}', 'c2hvcnQ'],
  ['a key file inside JSON text', '"{\\"id\\":\\"x\\",\\"privateKey\\":\\"c2hvcnQ\\"}"', 'c2hvcnQ'],
];

describe('redact', () => {
  it.each(SECRETS)('[I11] hides %s in the middle of a text', (_name, text, core) => {
    const safe = redactText(`before ${text} after`);
    expect(safe).not.toContain(core);
    expect(safe).toContain('[redacted]');
    expect(safe).toContain('before ');
  });

  it('[I11] [REQ-SEC1] lets no secret through, wherever it is planted in whatever structure', () => {
    const planted = fc.constantFrom(...SECRETS);
    const nested = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        planted.map(([, text]) => `text ${text} text` as unknown),
        fc.string(),
        fc.integer(),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'detail', 'cause', ...SECRETS.map(([, text]) => text)), tie('node')),
        planted.map(([, text]) => new Error(text)),
        planted.map(([, text]) => new Map([['k', text]])),
      ),
    })).node;
    fc.assert(
      fc.property(nested, (value) => {
        const output = JSON.stringify(redact(value)) ?? '';
        for (const [, , core] of SECRETS) expect(output).not.toContain(core);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    'privateKey',
    'private_key',
    'apiKey',
    'x-api-key',
    'CB-ACCESS-SIGN',
    'Authorization',
    'password',
    'token',
    'secret_text',
  ])('[I11] hides text and structures under the key %s', (key) => {
    expect(redact({ [key]: 'short' })).toEqual({ [key]: '[redacted]' });
    expect(redact({ [key]: { inner: ['short'] } })).toEqual({ [key]: '[redacted]' });
  });

  it('[I11] hides a private JWK', () => {
    expect(JSON.stringify(redact({ key: p256.export({ format: 'jwk' }) }))).toBe('{"key":"[redacted]"}');
  });

  it('keeps what is no secret: figures, ids, hashes, nulls', () => {
    const record = {
      secret_age_days: 12,
      api_key: null,
      fence: 7,
      client_order_id: 'bot1-BTC-USD-1700000000000-a1',
      body_hash: 'a'.repeat(64),
      text: 'BTC-USD 100.25 at 2026-01-01T00:00:00Z',
    };
    expect(redact(record)).toEqual(record);
  });

  it('gives plain JSON for dates, sets, bytes, bigints, errors with causes and circles', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const error = new Error('outer', { cause: new Error('inner') });
    expect(redact(circle)).toEqual({ self: '[circular]' });
    expect(redact([new Date(0), new Set([1]), new Uint8Array(3), 5n])).toEqual([
      '1970-01-01T00:00:00.000Z',
      [1],
      '[3 bytes]',
      '5n',
    ]);
    expect(redact(error)).toMatchObject({ name: 'Error', message: 'outer', cause: { message: 'inner' } });
  });
});
