import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FinerBars } from '../../../shared/core/backtest/finer-bars.ts';
import type { ProductList } from '../../../shared/core/backtest/product-lists.ts';
import { canonicalJson } from '../../../shared/core/cycle/canonical-json.ts';
import type { Candles } from '../../../shared/core/market/candles.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Of every number that the run could see, symbol by symbol, and of the finer bars and lists of products where there are any.
 * The same however the bars are stored.
 */
export function dataHash(
  series: readonly (readonly [symbol: string, candles: Candles])[],
  finer: FinerBars | null = null,
  lists: readonly ProductList[] = [],
): string {
  const hash = createHash('sha256');
  for (const [symbol, candles] of series.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${symbol} ${candles.length}\n`);
    const { index, open, high, low, close, volume } = candles;
    for (const column of [index, open, high, low, close, volume]) hash.update(bytesOf(column));
  }
  for (const [symbol, path] of finer?.series ?? []) {
    hash.update(`${symbol} ${finer?.interval} ${path.length}\n`);
    for (const column of [path.index, path.high, path.low]) hash.update(bytesOf(column));
  }
  for (const { fromMs, products, absent } of lists) {
    hash.update(`${canonicalJson({ fromMs, products: [...products.values()], absent: [...absent].sort() })}\n`);
  }
  return hash.digest('hex');
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
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
