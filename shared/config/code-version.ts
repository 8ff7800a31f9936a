import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Names the code that trades by its sources and the versions it is built with: the same in a test run, in a bundle and on
 * a laptop. Tests and what only shows things are not part of it.
 */
export function codeVersion(projectDir: string): string {
  const files = globSync(['shared/**/*.ts', 'lambdas/**/*.ts', 'package-lock.json'], { cwd: projectDir })
    .map((file) => file.replaceAll('\\', '/'))
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
