import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What tests put among the temporary files, and what the programs do that they start, is gone when they have ended. */
export function setup(): () => void {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), '247t-'));
  // The second and third: Windows.
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = dir;
  return () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
}
