import { parseArgs } from 'node:util';
import { PLANTS, type Plant } from './planted.ts';
import { reportOf, textOf } from './report.ts';
import { runSoak } from './run-soak.ts';

const HELP = `Usage: npm run -s soak:execution -- [options]

Sends intents through the real worker, the real reconciling and the real Coinbase client to the simulated exchange, in
virtual time, through a storm: 429, 5xx, connections cut before and after an order was taken, lost replies, lists that lag
behind, flags that flip, processes that are killed, messages that come twice, workers that run twice. Then what the bot
wrote down is held against the exchange's own journal.

  --intents N   how many intents (default 10000)
  --seed N      the same seed gives the same run (default 1)
  --plant BUG   breaks the bot on purpose, to see it found: ${PLANTS.join(', ')} (default none)
  --json        one line of JSON
  --help        this text

Exits 1 when an order was placed twice, a fill was lost, more was sold than held, an intent ended without a reason, or the
books differ from the exchange by a single digit.

Examples
  npm run -s soak:execution -- --intents 10000 --seed 1 --json
  npm run -s soak:execution -- --intents 400
  npm run -s soak:execution -- --intents 400 --plant resend
`;

const { values } = parseArgs({
  options: {
    intents: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    plant: { type: 'string', default: 'none' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else await main();

async function main(): Promise<void> {
  const intents = whole('intents', values.intents, 1);
  const seed = whole('seed', values.seed, 0);
  const plant = PLANTS.find((known) => known === values.plant);
  if (plant === undefined) fail(`--plant ${values.plant}: there are ${PLANTS.join(', ')}`);
  const startedMs = performance.now();
  const result = await runSoak({ intents, seed, plant: plant as Plant, onProgress: progress(intents) });
  const report = reportOf(seed, result, Math.round((performance.now() - startedMs) / 100) / 10);
  console.log(values.json ? JSON.stringify(report) : textOf(report));
  process.exitCode = report.ok ? 0 : 1;
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) fail(`--${name} ${text}: give a whole number from ${least} on`);
  return value;
}

function fail(message: string): never {
  console.error(`error: ${message}`);
  process.exit(2);
}

const BAR = 30;

function progress(all: number): (done: number) => void {
  if (!process.stderr.isTTY) return () => {};
  return (done) => {
    const share = Math.min(1, done / all);
    const bar = '#'.repeat(Math.round(share * BAR)).padEnd(BAR, '.');
    process.stderr.write(`\r[${bar}] ${done}/${all}${share === 1 ? '\n' : ''}`);
  };
}
