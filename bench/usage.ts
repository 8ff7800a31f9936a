import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureUsage, type UsageMode } from '../cli/cost/measure-usage.ts';
import { readUsage, USAGE_FILE } from '../cli/cost/usage.ts';

/**
 * Counts what a cycle uses of AWS, on embedded parts: request units of the table, messages, bytes of log and archive.
 * --write keeps them in cli/cost/usage.json, where `trader cost` finds them. Durations come from bench:cycle and
 * bench:execute and stay as they are there.
 */
const { values: flags } = parseArgs({
  options: { cycles: { type: 'string', default: '240' }, write: { type: 'boolean', default: false } },
});
const cycles = Number(flags.cycles);

const FIRST_CYCLES = 6;

async function measure(mode: UsageMode, cycles: number) {
  const stateDir = mkdtempSync(join(tmpdir(), 'bench-usage-'));
  try {
    return await measureUsage(stateDir, cycles, mode);
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

const measured = {
  measured_on: new Date().toISOString().slice(0, 10),
  command: `npm run -s bench:usage -- --cycles ${cycles} --write`,
  cycles,
  per_cycle: { PAPER: await measure('PAPER', cycles), LIVE: await measure('LIVE', cycles) },
  first_cycles: {
    cycles: FIRST_CYCLES,
    PAPER: await measure('PAPER', FIRST_CYCLES),
    LIVE: await measure('LIVE', FIRST_CYCLES),
  },
  duration_ms: readUsage().duration_ms,
};
const text = `${JSON.stringify(measured, null, 2)}\n`;
if (flags.write) writeFileSync(USAGE_FILE, text);
console.log(text.trimEnd());
