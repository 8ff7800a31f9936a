import { readPrices } from '../cli/cost/price-table.ts';
import { readUsage } from '../cli/cost/usage.ts';

/**
 * How far the design carries, computed from what was measured (cli/cost/usage.json, bench:cycle, bench:decide) and from the
 * limits of the services: the tables of docs/scaling.md.
 */
const usage = readUsage().per_cycle.LIVE;
const { prices } = readPrices();
const CYCLES = 43_200;

/** Of the measured run: the local stage. */
const SYMBOLS = 25;
/** bench:cycle: the most calls of a cycle, when every symbol has a new bar. */
const CALLS = 34;
const CPU_MS = 35;
const CPU_SHARE = 512 / 1_769;
/** Per user; repeated by most libraries, no longer published. */
const CALLS_A_SECOND = 30;

const LIMITS = {
  /** SSM GetParameter, default throughput, for the whole account and region. */
  parameterReads: 40,
  concurrency: 1_000,
  newAccountConcurrency: 10,
  fifoMessages: 300,
  partitionWrites: 1_000,
} as const;
/** A read each 1.5 s, and a watch lasts 75 s of each minute. */
const WATCHES = 75 / 60;
const READS_A_SECOND = WATCHES / 1.5;
/** At the start of a minute: its watches, the cycle and one order. */
const BUSY = WATCHES + 2;
const WRITES = usage.write_units;

console.log('symbols  calls/cycle  at 30/s  cpu at 512 MB  archive GB  archive $');
for (const symbols of [10, 25, 50, 100, 300, 1_000]) {
  const calls = CALLS - SYMBOLS + symbols;
  const cpuMs = (CPU_MS * symbols) / SYMBOLS / CPU_SHARE;
  const storedGb = ((usage.archive_bytes * symbols) / SYMBOLS / 1e9) * CYCLES * 3;
  const archiveUsd = storedGb * prices.s3_storage_gb.usd;
  console.log(
    row([symbols, calls, `${(calls / CALLS_A_SECOND).toFixed(1)} s`, `${Math.round(cpuMs)} ms`], [7, 11, 7, 13]) +
      row([storedGb.toFixed(0), archiveUsd.toFixed(2)], [12, 9]),
  );
}

console.log('\naccounts  parameter reads/s  busy functions  intents/s  writes/s at once (6 s)  secrets $');
for (const accounts of [1, 10, 48, 100, 363, 500]) {
  const figures = [
    accounts,
    (accounts * READS_A_SECOND).toFixed(0),
    Math.ceil(accounts * BUSY),
    ((accounts * usage.intents) / 60).toFixed(1),
    Math.round((accounts * WRITES) / 6),
    (accounts * 2 * prices.secret.usd).toFixed(2),
  ];
  console.log(row(figures, [8, 17, 14, 9, 22, 9]));
}

console.log('\nlimit                           first reached at');
const reached: readonly (readonly [string, number])[] = [
  ['concurrency, new account', LIMITS.newAccountConcurrency / BUSY],
  ['parameter reads', LIMITS.parameterReads / READS_A_SECOND],
  ['concurrency', LIMITS.concurrency / BUSY],
  ['messages of one FIFO queue', (LIMITS.fifoMessages * 60) / usage.intents],
  ['writes, were all under one key', (LIMITS.partitionWrites * 6) / WRITES],
];
for (const [limit, accounts] of reached) {
  console.log(`${limit.padEnd(31)} ${Math.floor(accounts).toLocaleString('en-US')} accounts`);
}

/** What an account adds where table, queue, alarms, dashboard and watch are shared. */
const each = [
  ['table', CYCLES * (WRITES * prices.dynamodb_write_unit.usd + usage.read_units * prices.dynamodb_read_unit.usd)],
  ['secrets', 2 * prices.secret.usd],
  ['decide', CYCLES * 3.45 * 0.5 * prices.lambda_arm64_gb_second.usd],
  ['execute', CYCLES * usage.intents * 0.25 * prices.lambda_arm64_gb_second.usd],
  ['messages', CYCLES * usage.intents * 3 * prices.sqs_fifo_request.usd],
  ['logs', ((CYCLES * usage.log_bytes) / 1e9) * prices.log_ingest_gb.usd],
] as const;
const total = each.reduce((sum, [, usd]) => sum + usd, 0);
console.log(`\none more account on shared parts: $${total.toFixed(2)} a month`);
console.log(each.map(([name, usd]) => `${name} $${usd.toFixed(2)}`).join(', '));

function row(cells: readonly (string | number)[], widths: readonly number[]): string {
  return cells.map((cell, index) => String(cell).padStart(widths[index] ?? 0)).join('  ');
}
