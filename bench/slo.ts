import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { MEMORY_MB } from '../lib/memory.ts';

/**
 * Runs the benchmarks of a cycle and of the starts and fails when a promise of the requirements is broken by more than the
 * tolerance in slo.json. A cycle that is degraded fails at once.
 */
const { values: flags } = parseArgs({
  options: { json: { type: 'boolean', default: false }, cycles: { type: 'string', default: '60' } },
});

const tolerance_pct = z.number().min(0).max(100);
const slosSchema = z.strictObject({
  cycle: z.strictObject({ p95_ms: z.number().positive(), p99_ms: z.number().positive(), tolerance_pct }),
  init: z.strictObject({ ratio: z.number().positive(), tolerance_pct }),
});
const cycleSchema = z.object({
  latency_ms: z.object({ p95: z.number(), p99: z.number() }),
  cpu_ms: z.object({ p95: z.number() }),
});
const initSchema = z.object({ functions: z.array(z.object({ name: z.string(), ratio: z.number() })) });

interface Verdict {
  readonly slo: string;
  readonly target: number;
  readonly limit: number;
  readonly measured: number;
  readonly is_kept: boolean;
}

/** This much memory is a whole processor. */
const WHOLE_PROCESSOR_MB = 1_769;
/** Its part of one makes what a cycle computes that many times slower than here. */
const SLOWNESS = WHOLE_PROCESSOR_MB / MEMORY_MB.decide;

const verdicts = judge();
if (flags.json) console.log(JSON.stringify({ slos: verdicts }));
else {
  for (const { slo, target, limit, measured, is_kept } of verdicts) {
    console.log(`${is_kept ? 'kept  ' : 'BROKEN'} ${slo}: ${measured} (target ${target}, limit ${limit})`);
  }
}
if (!verdicts.every(({ is_kept }) => is_kept)) process.exitCode = 1;

function judge(): readonly Verdict[] {
  const slos = slosSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'slo.json'), 'utf8')));
  const { latency_ms, cpu_ms } = cycleSchema.parse(benchmark('cycle.ts', '--cycles', flags.cycles));
  const { functions } = initSchema.parse(benchmark('init.ts', '--runs', '9'));
  const stretchMs = cpu_ms.p95 * (SLOWNESS - 1);
  const { cycle, init } = slos;
  const at = `with the processor of ${MEMORY_MB.decide} MB`;
  return [
    verdict(`cycle p95 in ms ${at}`, latency_ms.p95 + stretchMs, cycle.p95_ms, cycle.tolerance_pct),
    verdict(`cycle p99 in ms ${at}`, latency_ms.p99 + stretchMs, cycle.p99_ms, cycle.tolerance_pct),
    ...functions.map(({ name, ratio }) =>
      verdict(`start of ${name} in calibrations`, ratio, init.ratio, init.tolerance_pct),
    ),
  ];
}

function verdict(slo: string, measured: number, target: number, tolerancePct: number): Verdict {
  const limit = target * (1 + tolerancePct / 100);
  return {
    slo,
    target,
    limit: Number(limit.toFixed(2)),
    measured: Number(measured.toFixed(2)),
    is_kept: measured <= limit,
  };
}

/** One after the other, so that they do not measure each other. What a benchmark says on the way goes to the screen. */
function benchmark(file: string, ...options: readonly string[]): unknown {
  const tsx = import.meta.resolve('tsx');
  const output = execFileSync(
    process.execPath,
    ['--import', tsx, join(import.meta.dirname, file), '--json', ...options],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return JSON.parse(output);
}
