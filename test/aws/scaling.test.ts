import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const numbersOf = (line: string) =>
  [...line.replaceAll(',', '').matchAll(/\d+(?:\.\d+)?/g)].map(([number]) => Number(number));
/** "at 512 MB", "(6 s)" and the like stand in headings alone. */
const rowsOf = (text: string, row: RegExp) =>
  text
    .split('\n')
    .filter((line) => row.test(line))
    .map(numbersOf);

it('the tables of docs/scaling.md hold what npm run scaling prints', { timeout: 60_000 }, () => {
  const printed = execFileSync(process.execPath, ['--import', 'tsx', 'bench/scaling.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const page = readFileSync(join(ROOT, 'docs/scaling.md'), 'utf8');
  const shown = rowsOf(page, /^\| [\d,]+ \|/);

  expect(shown.length).toBeGreaterThan(10);
  expect(shown).toEqual(rowsOf(printed, /^ +\d+ /));
  const each = /one more account on shared parts: (\$[\d.]+) a month/.exec(printed)?.[1];
  expect(page).toContain(`| ${each}: table`);
});
