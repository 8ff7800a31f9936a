import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCandleStore } from '../shared/adapters/candles/candle-store.ts';

const HELP = `Usage: npm run -s bench:candles -- DIR... [--json]

Opens each folder of candles anew and reads every file of it once: CSV, CSV.gz or the store of "trader data import".
The best of five passes in one process; the operating system has the files in memory by then.
`;
const { values: flags, positionals: dirs } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
const PASSES = 5;

if (flags.help || dirs.length === 0) console.log(HELP);
else bench();

function bench(): void {
  const rows = dirs.map((dir) => {
    const passes = Array.from({ length: PASSES }, () => timed(dir));
    const best = passes.toSorted((a, b) => a.ms - b.ms)[0] ?? timed(dir);
    const bytes = readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
    return {
      dir,
      ...best,
      ms: Math.round(best.ms),
      mb: Number((bytes / 1e6).toFixed(1)),
      bars_per_s: Math.round(best.bars / (best.ms / 1_000)),
    };
  });
  if (flags.json) console.log(JSON.stringify(rows));
  else
    for (const { dir, files, bars, ms, mb, bars_per_s } of rows)
      console.log(`${dir}: ${files} files, ${bars} bars, ${mb} MB in ${ms} ms: ${bars_per_s} bars/s`);
}

function timed(dir: string): { readonly files: number; readonly bars: number; readonly ms: number } {
  const startMs = performance.now();
  const store = openCandleStore(dir);
  const series = store.intervals.flatMap((interval) =>
    store.symbols(interval).map((symbol) => store.load(symbol, interval)),
  );
  return {
    files: series.length,
    bars: series.reduce((sum, { length }) => sum + length, 0),
    ms: performance.now() - startMs,
  };
}
