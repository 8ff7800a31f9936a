import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultAt, formatFaults } from './fault.ts';
import { isSecretName, secretShape } from './secret-shapes.ts';
import { appended, edited, faultsIn, shippedTexts, type Texts } from './testing/shipped.ts';

const shipped = shippedTexts('live');

// Made up or made on the spot: no key that ever worked stands in a file of this project.
const KEY_NAME = 'organizations/11111111-2222-3333-4444-555555555555/apiKeys/66666666-7777-8888-9999-000000000000';
const AWS_ID = ['AKIA', 'ABCDEFGHIJ234567'].join('');
const TOKEN = ['eyJhbGciOiJFUzI1NiJ9', 'eyJzdWIiOiJib3QifQ', 'c2lnbmF0dXJl'].join('.');
const PEM = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'sec1',
  format: 'pem',
}) as string;
const SEED = `${randomBytes(30).toString('base64')}aB3+`;
const HEX = 'deadbeef0123456789abcdef76543210';
const PHRASE = 'correct horse battery';

/** Every part of a secret that is long enough to be of use. */
function partsOf(secret: string): readonly string[] {
  return secret
    .split(/[\s/]+/)
    .filter((part) => part.length >= 8 && !/^(?:organizations|apiKeys|-----.*|PRIVATE)$/.test(part));
}

function expectRefusedUnseen(texts: Texts, file: string, secret: string): void {
  const faults = faultsIn(texts, 'live');
  const said = formatFaults(faults) + JSON.stringify(faults);

  expect(
    faults.filter((fault) => fault.file === file && fault.problem.includes('in plain text')),
    said,
  ).not.toEqual([]);
  for (const part of partsOf(secret)) expect(said).not.toContain(part);
}

const indented = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');

describe('secrets in a config', () => {
  it.each([
    ['a Coinbase key name', `bot_name: ${KEY_NAME}`, KEY_NAME],
    ['a PEM block', `exchange_pem: |\n${indented(PEM)}`, PEM],
    ['a PEM block in a comment', indented(PEM).replaceAll(/^/gm, '#'), PEM.split('\n')[0] ?? ''],
    ['an AWS key id', `remark: ${AWS_ID}`, AWS_ID],
    ['a signed token', `remark: "${TOKEN}"`, TOKEN],
    ['an address with a password', 'remark: https://bot:hunter2hunter2@example.com', 'hunter2hunter2'],
    ['key material under any name', `remark: ${SEED}`, SEED],
    ['hex under any name', `remark: ${HEX}`, HEX],
    ['a phrase under a secret name', `api_password: ${PHRASE}`, PHRASE],
    ['a number under a secret name', 'api_secret: 1234567890', '1234567890'],
    ['a text in a mapping of a secret name', 'credentials:\n  first: swordfish123', 'swordfish123'],
    ['a text in a list of a secret name', 'api_keys: [swordfish123]', 'swordfish123'],
    ['key material over several lines', `remark: |\n  ${SEED.slice(0, 22)}\n  ${SEED.slice(22)}`, SEED.slice(0, 22)],
    ['key material in place of a key', `${SEED}: 1`, SEED],
    ['a key name in a comment', `# ${KEY_NAME}`, KEY_NAME],
  ])('[REQ-SEC1] [I11] refuses %s and never repeats it', (_what, lines, secret) => {
    expectRefusedUnseen(appended(shipped, 'app.yaml', lines), 'app.yaml', secret);
    expectRefusedUnseen(appended(shipped, 'stages/live.yaml', lines), 'stages/live.yaml', secret);
  });

  it("[REQ-SEC1] [I11] refuses a secret in place of a value, which the value's own fault does not repeat", () => {
    const texts = edited(shipped, 'policy.yaml', '"10.00"', `"${SEED}"`);

    expectRefusedUnseen(texts, 'policy.yaml', SEED);
    expect(faultsIn(texts, 'live')).toContainEqual(
      expect.objectContaining({ path: 'policy.risk.min_trade_notional_usd', value: '[redacted]' }),
    );
  });

  it('[I11] does not repeat a value under a secret name that a problem quotes', () => {
    const finding = { path: ['app', 'api_key'], problem: 'not a number: "a\\"b"', remedy: 'use 1' };

    expect(faultAt({ file: 'app.yaml', line: 1 }, finding, 'a"b')).toMatchObject({
      value: '[redacted]',
      problem: 'not a number: "[redacted]"',
    });
  });

  it('[REQ-SEC1] [I11] refuses a secret in a file that is not valid YAML', () => {
    expectRefusedUnseen(appended(shipped, 'app.yaml', `x: "${KEY_NAME}`), 'app.yaml', KEY_NAME);
  });

  it('[REQ-SEC1] refuses a secret even where an overlay replaces it', () => {
    const texts = edited(shipped, 'app.yaml', 'mode: DRY_RUN', `mode: ${SEED}`);

    expectRefusedUnseen(texts, 'app.yaml', SEED);
  });

  it('[I11] never repeats a random secret, wherever it is put', () => {
    const places = (secret: string) => [
      appended(shipped, 'app.yaml', `token: ${secret}`),
      appended(shipped, 'signals.yaml', `extra: "${secret}"`),
      edited(shipped, 'universe.yaml', 'never_trade: [', `never_trade: [${secret}, `),
      edited(shipped, 'signals.yaml', '  donchian-breakout:', `  ${secret.replaceAll(/[+/=]/g, 'x')}:`),
    ];
    const secrets = fc
      .uint8Array({ minLength: 48, maxLength: 64 })
      .map((bytes) => Buffer.from(bytes).toString('base64'));

    fc.assert(
      fc.property(secrets, (secret) => {
        fc.pre(/[a-z]/.test(secret) && /[A-Z]/.test(secret) && /\d/.test(secret) && new Set(secret).size > 24);
        for (const texts of places(secret)) {
          const said = JSON.stringify(faultsIn(texts, 'live'));
          expect(said).not.toContain(secret);
          expect(said).not.toContain(secret.replaceAll(/[+/=]/g, 'x'));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('lets a reference to a secret pass as no more than an unknown key', () => {
    const faults = faultsIn(appended(shipped, 'app.yaml', ['api_secret: $', '{COINBASE_SECRET}'].join('')), 'live');

    expect(faults.map(({ problem }) => problem)).toEqual(['is not a known key']);
  });

  it('takes none of the shipped values for a secret', () => {
    for (const text of Object.values(shipped))
      expect(text.split('\n').filter((line) => secretShape(line) !== null)).toEqual([]);
  });
});

describe('isSecretName', () => {
  it.each(['api_key', 'apiKey', 'API-KEY', 'keys', 'private_key', 'authToken', 'db_password', 'client_secret', 'pem'])(
    'takes %s for the name of a secret',
    (name) => {
      expect(isSecretName(name)).toBe(true);
    },
  );

  it.each(['key_level', 'private_per_second', 'monkey', 'tokens_seen', 'secretary', 'symbols'])(
    'takes %s for an ordinary name',
    (name) => {
      expect(isSecretName(name)).toBe(false);
    },
  );
});
