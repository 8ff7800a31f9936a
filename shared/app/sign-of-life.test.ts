import { expect, test } from 'vitest';
import { giveSignOfLife, operatorSilence } from './sign-of-life.ts';
import { memoryStores } from './testing/memory-stores.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 1_000 * DAY_MS;

test('a silent operator is noticed when the last sign of life is older than allowed, and only when that is asked for', async () => {
  const { facts } = memoryStores({ bot_id: 'b', mode: 'LIVE' });
  expect(await operatorSilence(facts, 0, NOW_MS)).toBeNull();
  expect(await operatorSilence(facts, 7, NOW_MS)).toContain('no operator has ever');
  await giveSignOfLife(facts, NOW_MS - 7 * DAY_MS);
  expect(await operatorSilence(facts, 7, NOW_MS)).toBeNull();
  expect(await operatorSilence(facts, 7, NOW_MS + 1)).toContain('more than 7 days');
  await giveSignOfLife(facts, NOW_MS);
  expect(await operatorSilence(facts, 7, NOW_MS + 1)).toBeNull();
});

test('a sign of life that cannot be read is none', async () => {
  const broken = { load: () => Promise.reject(new Error('table down')) };
  expect(await operatorSilence(broken, 7, NOW_MS)).not.toBeNull();
  expect(await operatorSilence({ load: async () => ({ version: 1, value: 'x' }) }, 7, NOW_MS)).not.toBeNull();
});
