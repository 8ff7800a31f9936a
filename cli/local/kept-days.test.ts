import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keptDaysArchive } from './kept-days.ts';

test('the inputs of the newest days are kept, older ones are gone', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'kept-days-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const archive = keptDaysArchive(dir, { botId: 'bot', mode: 'PAPER' }, 2);
  const slot = (day: number, minute: number) => Date.UTC(2025, 0, day, 0, minute);
  for (const slotMs of [slot(6, 0), slot(6, 1), slot(7, 0)]) await archive.put(slotMs, `inputs of ${slotMs}`);
  expect(await archive.get(slot(6, 0))).toBe(`inputs of ${slot(6, 0)}`);

  await archive.put(slot(8, 0), 'new');
  expect(await archive.get(slot(6, 0))).toBeUndefined();
  expect(await archive.get(slot(6, 1))).toBeUndefined();
  expect(await archive.get(slot(7, 0))).toBe(`inputs of ${slot(7, 0)}`);
  expect(await archive.get(slot(8, 0))).toBe('new');
});
