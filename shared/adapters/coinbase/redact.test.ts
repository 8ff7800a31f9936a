import { expect, test } from 'vitest';
import { createRedactor } from './redact.ts';
import { TEST_KEY } from './testing/test-client.ts';

const redact = createRedactor(TEST_KEY);
const token = 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJjZHAifQ.c2lnbmF0dXJl-_x';

test.each([
  ['a bare token', `token ${token} is bad`, 'token [token] is bad'],
  ['a cut token', 'got eyJhbGciOiJFUzI1NiJ9.eyJpc3', 'got [token]'],
  ['a bearer of any kind', 'Authorization: bearer abc.def', 'Authorization: Bearer [token]'],
  ['any PEM block', 'x -----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY----- y', 'x [key] y'],
  ['a PEM block without an end', 'x -----BEGIN EC PRIVATE KEY-----\nabc', 'x [key]'],
  ['the key on one line', `<${TEST_KEY.privateKey.replaceAll('\n', ' ')}>`, '<[key] >'],
  ['line breaks and control characters', 'a\r\n\tb\u0000c', 'a b c'],
])('[I11] %s does not get into a message', (_name, text, clean) => {
  expect(redact(text)).toBe(clean);
});

test('[I11] an Ed25519 seed without any frame is recognised by its value', () => {
  const seed = Buffer.alloc(64, 7).toString('base64');
  const withSeed = createRedactor({ name: 'k', privateKey: seed });
  expect(withSeed(`key ${seed} refused`)).toBe('key [key] refused');
});

test('[I11] nothing is cut in a way that leaves half a secret: it is replaced first', () => {
  const text = redact(`${'x'.repeat(280)} ${token}`);
  expect(text).toBe(`${'x'.repeat(280)} [token]`);
  expect(redact(`${'x'.repeat(295)} ${token}`)).toHaveLength(300);
});
