import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { cyclesIn } from '../cli/research/archived-cycles.ts';
import { sameAgain } from '../shared/app/same-again.ts';

const HELP = `Usage: npm run -s bench:replay -- ARCHIVE [--json]

How long the daily job takes for one archived cycle: unpack, read back, decide, compare. Processor time, which is what a
function's memory buys: 1,769 MB are one whole processor.
`;
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
const [dir] = positionals;
const WARM_UP = 10;
const MINUTES_A_DAY = 1_440;

if (flags.help || dir === undefined) console.log(HELP);
else bench(dir);

function bench(archive: string): void {
  const cycles = cyclesIn(archive).map(({ path }) => readFileSync(path));
  const times = cycles.map((packed) => {
    const start = process.cpuUsage();
    const isSame = sameAgain(gunzipSync(packed).toString('utf8'));
    const { user, system } = process.cpuUsage(start);
    return { ms: (user + system) / 1_000, isSame };
  });
  const warm = times.slice(WARM_UP).map(({ ms }) => ms);
  const mean = warm.reduce((sum, ms) => sum + ms, 0) / Math.max(1, warm.length);
  const report = {
    cycles: cycles.length,
    different: times.filter(({ isSame }) => !isSame).length,
    cpu_ms_per_cycle: Number(mean.toFixed(1)),
    cpu_s_per_day_of_minutes: Number(((mean * MINUTES_A_DAY) / 1_000).toFixed(1)),
    peak_mb: Math.round(process.resourceUsage().maxRSS / 1_024),
  };
  console.log(
    flags.json
      ? JSON.stringify(report)
      : Object.entries(report)
          .map(([key, value]) => `${key} ${value}`)
          .join('\n'),
  );
}
