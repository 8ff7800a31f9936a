import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'make-folder-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('a folder to write to', () => {
  it('is made with all above it, with its rights, and stays as it is when it is there', () => {
    const dir = join(root, 'a', 'b', 'c');
    for (const _ of [1, 2]) makeFolder(dir, 0o700);
    expect([dir, join(root, 'a')].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  it('is refused where a file stands in its way or in its place', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    for (const dir of [file, join(file, 'below', 'it')]) expect(() => makeFolder(dir)).toThrow(/EEXIST.*'[^']*\/file'/);
  });

  it.runIf(process.platform === 'linux')(
    'is refused where nothing can be made, instead of being tried for ever',
    () => {
      expect(() => makeFolder('/proc/nothing/at/all')).toThrow(/ENOENT.*'\/proc\/nothing'/);
    },
  );
});
