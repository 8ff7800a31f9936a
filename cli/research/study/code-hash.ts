import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { partsOf } from '../../../shared/adapters/candles/csv.ts';
import { PRODUCTS_FILE } from '../../../shared/adapters/candles/product-days.ts';
import { codeVersion } from '../../../shared/config/code-version.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** What makes a backtest beside the code that trades. */
const BESIDE = [
  'cli/research/backtest/',
  'cli/research/study/daily.ts',
  'cli/research/study/point.ts',
  'cli/research/study/point-record.ts',
  'cli/research/study/trip-costs.ts',
  'simulator/market/',
];

/** Names all sources that a point's figures depend on, whether committed or not. */
export function codeHash(): string {
  const hash = createHash('sha256').update(codeVersion(ROOT));
  for (const file of BESIDE.flatMap(sourcesOf)) {
    hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

function sourcesOf(path: string): readonly string[] {
  if (!path.endsWith('/')) return [path];
  const names = readdirSync(join(ROOT, path)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  return names.toSorted().map((name) => path + name);
}

/** Names the files of a folder of candles by their bytes: shorter bars and lists of products count as well. */
export function folderHash(dir: string): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(dir).filter(isCandles).toSorted()) {
    hash.update(`${file}\n`).update(readFileSync(join(dir, file)));
  }
  return hash.digest('hex');
}

function isCandles(name: string): boolean {
  return partsOf(name) !== null || name === PRODUCTS_FILE;
}
