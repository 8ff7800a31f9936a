import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Names the code that trades by its sources and the versions it is built with: the same in a test run, in a bundle and on
 * a laptop. Tests and what only shows things are not part of it.
 */
export function codeVersion(projectDir: string): string {
  const files = [...sourcesIn(projectDir, 'shared'), ...sourcesIn(projectDir, 'lambdas'), 'package-lock.json']
    .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
    .sort();
  const digest = createHash('sha256');
  for (const file of files)
    digest
      .update(`${file}\n`)
      .update(readFileSync(join(projectDir, file)))
      .update('\n');
  return digest.digest('hex').slice(0, 16);
}

/** By hand: Node 20 has no globSync, and research runs there too. */
function sourcesIn(projectDir: string, folder: string): readonly string[] {
  return readdirSync(join(projectDir, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}
