import { rmSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { INTERVAL_MS, INTERVALS, type Interval } from '../../shared/core/market/interval.ts';
import { simulatorKey } from '../../simulator/http/keys.ts';
import type { Market } from '../../simulator/market/market.ts';
import { replayMarket } from '../../simulator/market/replay.ts';
import { shiftedMarket } from '../../simulator/market/shifted.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { UserError } from '../user-error.ts';
import { parseUtcDay } from '../utc-time.ts';

interface SimulatorFlags {
  readonly source: 'synthetic' | 'replay';
  readonly data?: string;
  readonly interval: Interval;
  readonly from?: number;
  readonly seed: number;
  readonly port: number;
  readonly usd: string;
  readonly journal?: string;
  readonly keyFile?: string;
  readonly json?: true;
}

const DAY_MS = INTERVAL_MS['1d'];

const EXAMPLES = `
Private endpoints take a token signed with the key of --key-file; without it only the public ones answer.

Examples:
  trader simulator --key-file key.json
  trader simulator --source replay --data candles/1m --from 2021-05-19 --journal exchange.jsonl --key-file key.json`;

/** `trader simulator`: the simulated exchange on its own, on the wall clock, until it is interrupted. */
export function simulatorCommand(): Command {
  return new Command('simulator')
    .description('serve a Coinbase-compatible exchange on this machine, for development and tests')
    .addOption(new Option('--source <source>', 'the market').choices(['synthetic', 'replay']).default('synthetic'))
    .option('--data <dir>', 'folder of candles, imported or CSV, for --source replay')
    .addOption(new Option('--interval <interval>', 'bars of the candle files').choices(INTERVALS).default('1m'))
    .option('--from <date>', 'the day of the candles that is played today, UTC (default: their second day)', parseDay)
    .option('--seed <n>', 'of everything made up', parseCount, 1)
    .option('--port <n>', '0 takes any free port', parsePort, 0)
    .option('--usd <amount>', 'starting balance', parseUsd, '10000')
    .option('--journal <file>', 'keep orders and balances here; a restart goes on with them')
    .option('--key-file <file>', 'write a fresh API key for clients here')
    .option('--json', 'print one JSON object when it listens')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: SimulatorFlags) => serve(flags));
}

async function serve(flags: SimulatorFlags): Promise<void> {
  if (flags.source !== 'replay' && (flags.data !== undefined || flags.from !== undefined)) {
    throw new UserError('--data and --from are read by --source replay only');
  }
  const key = simulatorKey();
  // Before anything listens: a file that cannot be written would leave an exchange behind that nobody may use.
  if (flags.keyFile !== undefined) {
    // A file that is there keeps the rights it had.
    rmSync(flags.keyFile, { force: true });
    writeFileSync(flags.keyFile, `${JSON.stringify(key.apiKey, null, 2)}\n`, { mode: 0o600 });
    if (flags.json !== true) console.log(`API key (view and trade) written to ${flags.keyFile}`);
  }
  const simulator = await startSimulator({
    market: marketOf(flags),
    clock: systemClock,
    port: flags.port,
    startingBalances: { USD: flags.usd },
    keys: [key],
    seed: flags.seed,
    ...(flags.journal === undefined ? {} : { journalPath: flags.journal }),
  });
  const url = `${simulator.url}/api/v3/brokerage`;
  if (flags.json === true) console.log(JSON.stringify({ url, key_file: flags.keyFile ?? null }));
  else console.log(`simulated exchange on ${url} (Ctrl-C ends it)`);
  await untilInterrupted(simulator);
}

function marketOf(flags: SimulatorFlags): Market {
  const today = Math.floor(Date.now() / DAY_MS);
  if (flags.source === 'synthetic') return syntheticMarket({ seed: flags.seed, startMs: today * DAY_MS });
  if (flags.data === undefined) throw new UserError('--source replay needs --data DIR, a folder with candle files');
  const { seed, interval, data: dir } = flags;
  const market = replayMarket({ dir, interval, quoteCurrency: 'USD', seed });
  // The first day is kept as history.
  const firstDay = flags.from ?? Math.floor(market.range.fromMs / DAY_MS) + 1;
  return shiftedMarket(market, today - firstDay);
}

async function untilInterrupted(simulator: Simulator): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await simulator.close();
}

/** A UTC date, to days since the epoch. */
function parseDay(text: string): number {
  return parseUtcDay(text) / DAY_MS;
}

function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > 65_535) throw new InvalidArgumentError('Give a port up to 65535.');
  return port;
}

function parseUsd(text: string): string {
  if (!/^\d{1,12}(\.\d{1,2})?$/.test(text)) throw new InvalidArgumentError('Use dollars, such as 2500 or 2500.50.');
  return text;
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}
