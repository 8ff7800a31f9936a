import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isThere } from './is-there.ts';

test('what cannot be looked at is not called missing', () => {
  const dir = mkdtempSync(join(tmpdir(), 'is-there-'));
  const file = join(dir, 'file');
  writeFileSync(file, '');
  expect([dir, file, join(dir, 'none'), join(file, 'below')].map(isThere)).toEqual([true, true, false, false]);
  // No rights keep a superuser out; a circle of links keeps out everybody.
  const circle = join(dir, 'circle');
  symlinkSync(circle, circle);
  expect(() => isThere(join(circle, 'run.json'))).toThrow('ELOOP');
});
