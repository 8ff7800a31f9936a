import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHygieneHandler } from '../../lambdas/hygiene/handler.ts';
import { secretsManagerVault } from '../../shared/adapters/secrets-manager/key-vault.ts';
import { agedKeysRefused, checkKeyAges, loadKeyAges } from '../../shared/app/key-ages.ts';
import { rotateKey } from '../../shared/app/rotate-key.ts';
import { memoryStores } from '../../shared/app/testing/memory-stores.ts';
import { ok } from '../../shared/ports/answer.ts';
import type { KeyVault } from '../../shared/ports/key-vault.ts';
import type { Alert } from '../../shared/ports/notifier.ts';
import { type AwsJsonStub, clientConfig, startAwsJsonStub } from '../contracts/aws-json-stub.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-06-01T00:00:00Z');
const NEW_KEY = {
  key: { name: 'n', privateKey: 'hunter2-hunter2' },
  text: '{"name":"n","privateKey":"hunter2-hunter2"}',
};
const TRADE = { canView: true, canTrade: true, canTransfer: false, portfolioId: 'p' };

let stub: AwsJsonStub;
let client: SecretsManagerClient;
beforeAll(async () => {
  stub = await startAwsJsonStub();
  client = new SecretsManagerClient(clientConfig(stub.endpoint));
});
afterAll(async () => {
  client.destroy();
  await stub.close();
});

/** A secret's versions with their labels, as the service keeps them. */
function secretWith(ageDays: number) {
  const versions = [{ id: 'old', labels: ['AWSCURRENT'], created: (NOW_MS - ageDays * DAY_MS) / 1_000 }];
  stub.calls.length = 0;
  stub.reply = (operation, input) => {
    if (operation === 'PutSecretValue') {
      versions.push({ id: 'new', labels: [...(input['VersionStages'] as string[])], created: NOW_MS / 1_000 });
      return { kind: 'ok', body: { VersionId: 'new' } };
    }
    if (operation === 'UpdateSecretVersionStage') {
      const label = String(input['VersionStage']);
      for (const version of versions) version.labels = version.labels.filter((known) => known !== label);
      versions.find(({ id }) => id === input['MoveToVersionId'])?.labels.push(label);
      return { kind: 'ok', body: {} };
    }
    const Versions = versions.map(({ id, labels, created }) => ({
      VersionId: id,
      VersionStages: labels,
      CreatedDate: created,
    }));
    return { kind: 'ok', body: { Versions } };
  };
  return versions;
}

function desk(vault: KeyVault, nowMs = NOW_MS) {
  const events: unknown[] = [];
  const told: Alert[] = [];
  const { facts } = memoryStores({ bot_id: 'b', mode: 'LIVE' });
  const clock = { nowMs: () => nowMs, monotonicMs: () => 0, sleep: async () => undefined };
  const audit = { append: (event: string, record: unknown) => void events.push({ event, record }) };
  const notifier = { notify: async (...alerts: readonly Alert[]) => void told.push(...alerts) };
  return { vault, facts, clock, audit, notifier, events, told };
}

const vault = () => secretsManagerVault(client, { view: 'bot/view', trade: 'bot/trade' });

test('[REQ-SEC2] a new key is staged, probed and switched, and the event is recorded without it', async () => {
  const versions = secretWith(85);
  const parts = desk(vault());
  const inUseWhenProbed: unknown[] = [];
  const permissionsOf = async () => {
    inUseWhenProbed.push(versions.find(({ labels }) => labels.includes('AWSCURRENT'))?.id);
    return ok(TRADE);
  };
  expect(await rotateKey({ ...parts, permissionsOf }, 'trade', NEW_KEY)).toEqual({ kind: 'rotated', versionId: 'new' });
  expect(inUseWhenProbed).toEqual(['old']);
  expect(versions.map(({ id, labels }) => [id, labels])).toEqual([
    ['old', []],
    ['new', ['AWSCURRENT']],
  ]);
  expect(
    stub.calls.filter(({ input }) => JSON.stringify(input).includes('hunter2')).map(({ operation }) => operation),
  ).toEqual(['PutSecretValue']);
  expect(parts.events.map((each) => (each as { readonly event: string }).event)).toEqual(['key_staged', 'key_rotated']);
  expect(JSON.stringify([parts.events, await loadKeyAges(parts.facts)])).not.toContain('hunter2');
  expect(await loadKeyAges(parts.facts)).toMatchObject({
    changed_at_ms: { trade: NOW_MS },
    rotations: [{ at_ms: NOW_MS, purpose: 'trade', version_id: 'new' }],
  });
});

test.each([
  ['may transfer', ok({ ...TRADE, canTransfer: true }), 'REFUSED, it may transfer'],
  ['may not trade', ok({ ...TRADE, canTrade: false }), 'it may not trade'],
  ['does not work', { kind: 'unauthorised', message: '401' } as const, 'cannot be read'],
])('[REQ-SEC1] [REQ-SEC2] a new key that %s is not used, and the old one stays', async (_name, permissions, reason) => {
  const versions = secretWith(85);
  const parts = desk(vault());
  const rotation = await rotateKey({ ...parts, permissionsOf: async () => permissions }, 'trade', NEW_KEY);
  expect(rotation).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
  expect(versions.map(({ id, labels }) => [id, labels])).toEqual([
    ['old', ['AWSCURRENT']],
    ['new', []],
  ]);
  expect(await loadKeyAges(parts.facts)).toBeUndefined();
});

test.each([
  [79, 'resolved', 'WARNING', null],
  [80, 'open', 'WARNING', null],
  [89, 'open', 'WARNING', null],
  [90, 'open', 'CRITICAL', 'the view key: 90 days old'],
])('[REQ-SEC2] keys of %i days: SECRET_AGE is %s, %s, and LIVE says so', async (days, status, severity, refusal) => {
  secretWith(days);
  const parts = desk(vault());
  const live = agedKeysRefused({ refusal: async () => null }, parts);
  expect(await live.refusal()).toContain('nobody has looked');
  await checkKeyAges(parts);
  expect(parts.told.map((each) => [each.fingerprint, each.status, each.severity])).toEqual([
    ['SECRET_AGE:view', status, severity],
    ['SECRET_AGE:trade', status, severity],
  ]);
  const said = await live.refusal();
  if (refusal === null) expect(said).toBeNull();
  else expect(said).toContain(refusal);
});

test('[REQ-SEC2] what the gates refuse stays refused, and ages that cannot be read refuse', async () => {
  const { facts, clock } = desk(vault());
  expect(await agedKeysRefused({ refusal: async () => 'no gates' }, { facts, clock }).refusal()).toBe('no gates');
  const broken = { ...facts, load: () => Promise.reject(new Error('table down')) };
  expect(await agedKeysRefused({ refusal: async () => null }, { facts: broken, clock }).refusal()).toMatch(
    /cannot be read/,
  );
});

test('[REQ-SEC2] the daily function runs every check, tells each, and fails when one could not look', async () => {
  const told: string[] = [];
  const check = (name: string, run: () => Promise<void>) => ({ name, run });
  const failing = check('first', () => Promise.reject(new Error('access denied')));
  const report = ({ name, outcome }: { readonly name: string; readonly outcome: string }) =>
    void told.push(`${name} ${outcome}`);
  const handler = createHygieneHandler(() => ({
    checks: [failing, check('second', async () => undefined)],
    report,
    ended: async () => void told.push('ended'),
  }));
  await expect(handler({})).rejects.toThrow('first: access denied');
  expect(told).toEqual(['first failed', 'second done', 'ended']);
});
