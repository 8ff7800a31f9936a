import { parseArgs } from 'node:util';
import { withProgressWaiting } from '../../cli/render/progress.ts';
import { INTERVAL_MS } from '../../shared/core/market/interval.ts';
import { PLANTS } from './plants.ts';
import { TABLES } from './table.ts';
import { runWeeks, type WeeksResult } from './weeks.ts';

const HELP = `Usage: npm run -s soak:weeks -- [options]

The whole bot (cycles, queue and worker, halts, alerts, an operator) for weeks of virtual time in LIVE wiring against the
simulated exchange, on a market of crashes, jumps, bad ticks, dead and delisted coins, while everything fails now and then:
the exchange, the table, the topic, the clock, the schedule, the processes. The owner trades, deposits and withdraws by hand,
pulls and arms the switch, changes config and code, loses the table or sets it back an hour (as the runbook says). The daily checks
run. Invariants are judged with every cycle, and books against exchange at the end.

  --weeks N     how long (default 1)
  --seed N      the same seed gives the same run (default 1)
  --interval I  bars and cycles: 1m or 5m (default 5m)
  --rage N      how many times as often as usual everything happens (default 1)
  --mode M      live, or paper: the same bot on its paper exchange, which keeps its book in the same table (default live)
  --alone       in live too nobody but the bot has a hand in the account: then each alarm about somebody else's doing, and each
                step back to PAPER for it, is a break
  --table T     memory, or dynamo: the real adapter on DynamoDB's protocol in this process, some ten times as slow (default memory)
  --plant BUG   breaks the bot on purpose, to see it found: ${PLANTS.join(', ')} (default none)
  --json        one line of JSON
  --help        this text

Exits 1 when an invariant was broken. A week of 5m takes about a minute.

Examples
  npm run -s soak:weeks -- --weeks 4 --seed 2
  npm run -s soak:weeks -- --weeks 0.3 --interval 1m --rage 4 --json
  npm run -s soak:weeks -- --weeks 0.3 --plant bare
`;

const { values } = parseArgs({
  options: {
    weeks: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    interval: { type: 'string', default: '5m' },
    rage: { type: 'string', default: '1' },
    table: { type: 'string', default: 'memory' },
    mode: { type: 'string', default: 'live' },
    alone: { type: 'boolean', default: false },
    plant: { type: 'string', default: 'none' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else await main();

async function main(): Promise<void> {
  const [weeks, seed, rage] = [positive('weeks'), positive('seed'), positive('rage')];
  const interval = (['1m', '5m'] as const).find((known) => known === values.interval);
  const plant = PLANTS.find((known) => known === values.plant);
  if (interval === undefined) return fail(`--interval ${values.interval}: give 1m or 5m`);
  if (plant === undefined) return fail(`--plant ${values.plant}: there are ${PLANTS.join(', ')}`);
  const table = TABLES.find((known) => known === values.table);
  if (table === undefined) return fail(`--table ${values.table}: there are ${TABLES.join(', ')}`);
  const mode = (['LIVE', 'PAPER'] as const).find((known) => known.toLowerCase() === values.mode);
  if (mode === undefined) return fail(`--mode ${values.mode}: give live or paper`);
  const days = weeks * 7;
  const total = Math.round((days * 86_400_000) / INTERVAL_MS[interval]);
  const result = await withProgressWaiting({ total, unit: 'cycles' }, (progress) =>
    runWeeks({
      ...{ seed, days, interval, rage, plant, table, mode, alone: values.alone },
      onProgress: (cycles) => progress.at(cycles),
    }),
  );
  console.log(values.json ? JSON.stringify({ ok: result.breaks.length === 0, seed, ...result }) : textOf(result));
  process.exitCode = result.breaks.length === 0 ? 0 : 1;
}

function positive(name: 'weeks' | 'seed' | 'rage'): number {
  const value = Number(values[name]);
  const isWhole = name !== 'seed' || Number.isSafeInteger(value);
  const wanted = name === 'seed' ? 'a whole number' : 'a number';
  if (!(value > 0 && value < Number.POSITIVE_INFINITY && isWhole))
    fail(`--${name} ${values[name]}: give ${wanted} above 0`);
  return value;
}

function fail(message: string): never {
  console.error(`error: ${message}`);
  process.exit(2);
}

function textOf({ figures, breaks }: WeeksResult): string {
  const rows = Object.entries(figures).sort(([a], [b]) => (a < b ? -1 : 1));
  const found = breaks.map(({ kind, detail, at }) => `  ${at}  ${kind}  ${detail}`);
  return [
    ...rows.map(([name, count]) => `${name.padEnd(34)}${count.toLocaleString('en-US').padStart(10)}`),
    '',
    breaks.length === 0 ? 'No invariant was broken.' : `BROKEN ${breaks.length}\n${found.join('\n')}`,
  ].join('\n');
}
