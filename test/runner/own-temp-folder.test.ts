import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { setup } from './own-temp-folder.ts';

test('temporary files of a run of tests lie in a folder of its own, which goes with what is in it', () => {
  expect(basename(tmpdir())).toMatch(/^247t-/);
  const before = tmpdir();
  const end = setup();
  const file = join(tmpdir(), 'left-over');
  writeFileSync(file, '');
  end();
  expect(existsSync(dirname(file))).toBe(false);
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = before;
});
