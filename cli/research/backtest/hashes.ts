import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Candles } from '../../../shared/core/market/candles.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Of every number that the run could see, symbol by symbol. */
export function dataHash(series: readonly (readonly [symbol: string, candles: Candles])[]): string {
  const hash = createHash('sha256');
  for (const [symbol, candles] of series.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${symbol} ${candles.length}\n`);
    const { index, open, high, low, close, volume } = candles;
    for (const column of [index, open, high, low, close, volume]) {
      hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
    }
  }
  return hash.digest('hex');
}

/** The package's version and, in a checkout, its commit; "-dirty" where files differ from it. */
export function codeVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const version = String((manifest as { readonly version?: unknown }).version);
  try {
    const commit = execFileSync('git', ['describe', '--always', '--abbrev=12', '--exclude=*', '--dirty'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return `${version}+${commit.toString('utf8').trim()}`;
  } catch {
    return version;
  }
}
