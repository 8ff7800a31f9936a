import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeVersion } from '../../../shared/config/code-version.ts';
import type { Interval } from '../../../shared/core/market/interval.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** What makes a backtest beside the code that trades. */
const BESIDE = [
  'cli/research/backtest/*.ts',
  'cli/research/study/daily.ts',
  'cli/research/study/point.ts',
  'cli/research/study/point-record.ts',
  'cli/research/study/trip-costs.ts',
  'simulator/market/*.ts',
];

/** Names all sources that a point's figures depend on, whether committed or not. */
export function codeHash(): string {
  const hash = createHash('sha256').update(codeVersion(ROOT));
  for (const file of sorted(globSync(BESIDE, { cwd: ROOT }))) {
    if (!file.endsWith('.test.ts')) hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Names the candle files of one interval by their bytes. */
export function folderHash(dir: string, interval: Interval): string {
  const hash = createHash('sha256');
  for (const file of sorted(globSync(`*_${interval}.csv*`, { cwd: dir }))) {
    hash.update(`${file}\n`).update(readFileSync(join(dir, file)));
  }
  return hash.digest('hex');
}

function sorted(files: readonly string[]): readonly string[] {
  return files.map((file) => file.replaceAll('\\', '/')).toSorted();
}
