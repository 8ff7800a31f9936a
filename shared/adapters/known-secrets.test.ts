import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { keepSecret, withoutKnownSecrets } from './known-secrets.ts';

const newPem = (type: 'sec1' | 'pkcs8') =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type, format: 'pem' }).toString();
// Two of each: keys of one kind begin with the same characters.
const PEMS = [newPem('sec1'), newPem('pkcs8'), newPem('sec1'), newPem('pkcs8')];
// With every character that other spellings write differently, and without the frame that would give it away.
const TOKEN = 'q7+Zk/3vNwp0-Rm_Yd1sXuTb9LcEaHfJ5oGi8KQ2nWlV4hCzMxPgIeBtSrAyDjUO';
// Signs that join pieces of text, where the secret itself has them.
const PLUSES = 'Yd1sXuTb9LcEaHfJ5oGi++8KQ2nWlV4hCz+++MxPgIeBtSrAyDjUO';
const SECRETS = [...PEMS, TOKEN, PLUSES];
for (const secret of SECRETS) keepSecret(secret);

const split = (text: string, gap: string, every: number) =>
  (text.match(new RegExp(`.{1,${every}}`, 'gs')) ?? []).join(gap);

const SPELLINGS: readonly (readonly [string, (secret: string) => string])[] = [
  ['raw', (secret) => secret],
  ['base64', (secret) => Buffer.from(secret).toString('base64')],
  ['base64 behind one byte', (secret) => Buffer.from(`:${secret}`).toString('base64')],
  ['base64 behind two bytes', (secret) => Buffer.from(`a:${secret}`).toString('base64')],
  ['base64url', (secret) => Buffer.from(`user:${secret}`).toString('base64url')],
  ['URL-encoded', encodeURIComponent],
  ['URL-encoded twice', (secret) => encodeURIComponent(encodeURIComponent(secret))],
  ['JSON-escaped', (secret) => JSON.stringify(secret)],
  ['JSON-escaped twice', (secret) => JSON.stringify(JSON.stringify({ a: secret }))],
  ['JSON with escaped slashes', (secret) => JSON.stringify(secret).replaceAll('/', '\\/')],
  ['wrapped', (secret) => split(secret, '\n', 20)],
  ['wrapped in JSON', (secret) => JSON.stringify(split(secret, '\r\n', 20))],
  ['concatenated', (secret) => split(secret, "' +\n  '", 9)],
  ['with blanks between all characters', (secret) => split(secret, ' ', 1)],
  ['cut off', (secret) => secret.slice(0, secret.startsWith('-') ? 60 : 24)],
];

test.each(SPELLINGS)('[REQ-SEC1] [I11] a secret that was loaded is hidden %s', (_name, spell) => {
  for (const secret of SECRETS) {
    const safe = withoutKnownSecrets(`before ${spell(secret)} | after`);
    expect(safe).toContain('[redacted]');
    expect(safe).toMatch(/^before /);
    expect(safe).toMatch(/after$/);
    expect(tellingParts(secret).filter((part) => safe.replace(/[^A-Za-z0-9]/g, '').includes(part))).toEqual([]);
  }
});

/** Every run of sixteen letters of every line of it, and of the line in base64. */
function tellingParts(secret: string): readonly string[] {
  const lines = linesOf(secret);
  const forms = lines.flatMap((line) => [line, Buffer.from(line).toString('base64')]);
  return forms
    .map((form) => form.replace(/[^A-Za-z0-9]/g, ''))
    .flatMap((form) => Array.from({ length: Math.max(form.length - 15, 0) }, (_, from) => form.slice(from, from + 16)));
}

function linesOf(secret: string): readonly string[] {
  return secret.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----'));
}

test('what is no secret stays as it is', () => {
  const text = JSON.stringify({ symbol: 'BTC-USD', price: '60000.01', id: '247t-BTC-USD-1736121600-a1b2' }).repeat(100);
  expect(withoutKnownSecrets(text)).toBe(text);
});

test('[REQ-SEC1] a text made to confuse the search does not slow it down', () => {
  const hostile = `${linesOf(PEMS[0] ?? '')[0]?.slice(0, 15)}${'\\\\n'.repeat(20_000)} ${TOKEN.slice(0, 12)}`.repeat(4);
  const startedMs = performance.now();
  withoutKnownSecrets(hostile);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});

test('too short a text is no secret: it would be found everywhere', () => {
  keepSecret('BTC');
  expect(withoutKnownSecrets('BTC-USD')).toBe('BTC-USD');
});
