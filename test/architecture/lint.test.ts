import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PLANTED, type Planted } from './planted.ts';

const root = join(import.meta.dirname, '../..');
const biome = join(root, 'node_modules/.bin/biome');
const copies: string[] = [];

/** Lints one file under the repository's own linter settings, in a folder of its own. */
function lint({ path, text }: Pick<Planted, 'path' | 'text'>) {
  const folder = mkdtempSync(join(tmpdir(), 'trader-lint-'));
  copies.push(folder);
  cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  return spawnSync(biome, ['lint', '--colors=off', path], { cwd: folder, encoding: 'utf8' });
}

describe('the linter', () => {
  afterAll(() => {
    for (const folder of copies) rmSync(folder, { recursive: true, force: true });
  });

  it.each(PLANTED.filter((planted) => planted.lint))('refuses a planted file: $path, $breach', (planted) => {
    const { status, stderr, stdout } = lint(planted);

    expect(status, stdout).toBe(1);
    expect(stderr + stdout).toMatch(/noRestrictedImports|noProcessEnv|noConsole|noDefaultExport/);
  });

  it('accepts a file that keeps the rules, so a refusal means something', () => {
    const text = "import * as z from 'zod';\n\nexport const word = z.string();\n";

    expect(lint({ path: 'shared/core/planted.ts', text }).status).toBe(0);
  });
});
