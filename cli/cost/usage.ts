import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const amount = z.number().min(0);

const perCycle = z.strictObject({
  write_units: amount,
  read_units: amount,
  table_bytes: amount,
  intents: amount,
  alerts: amount,
  exchange_calls: amount,
  log_bytes: amount,
  archive_bytes: amount,
});

/** What was measured, where and when: written by `npm run -s bench:usage -- --write`. */
export const usageSchema = z.strictObject({
  measured_on: z.iso.date(),
  command: z.string(),
  cycles: z.int().min(1),
  /** PAPER also stands for DRY_RUN: both keep a paper book in the table, LIVE has none. */
  per_cycle: z.strictObject({ PAPER: perCycle, LIVE: perCycle }),
  /** The same over the first cycles alone, which a test counts again: a change that asks for more shows there. */
  first_cycles: z.strictObject({ cycles: z.int().min(1), PAPER: perCycle, LIVE: perCycle }),
  /** p95 of bench:cycle (LIVE, exchange 80 ms away) and bench:execute, without the jitter that decide sleeps. */
  duration_ms: z.strictObject({ decide: amount, execute: amount }),
});
export type Usage = Readonly<z.output<typeof usageSchema>>;

/** The usage of one mode. */
export interface ModeUsage extends Pick<Usage, 'cycles' | 'duration_ms'> {
  readonly per_cycle: z.output<typeof perCycle>;
}

export const USAGE_FILE = join(import.meta.dirname, 'usage.json');

export function readUsage(file = USAGE_FILE): Usage {
  return usageSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

export function usageOf(usage: Usage, mode: keyof Usage['per_cycle']): ModeUsage {
  return { cycles: usage.cycles, duration_ms: usage.duration_ms, per_cycle: usage.per_cycle[mode] };
}
