import { gateBinding } from '../../cli/operator/gate-binding.ts';
import { fileEvidence } from '../../shared/app/file-evidence.ts';
import { loadConfig } from '../../shared/config/load.ts';
import type { Evidence, Step } from '../../shared/core/gates/evidence.ts';
import type { StageTable } from './books.ts';

const DAY_MS = 86_400_000;
const PAPER_DAYS = 7;
const CANARY_DAYS = 3;

/** To which code and which risk config evidence of this stage belongs. */
export interface Binding {
  readonly codeVersion: string;
  readonly riskHash: string;
}

export function bindingOf(configDir: string): Binding {
  const loaded = loadConfig({ dir: configDir, stage: 'live' });
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.faults));
  return gateBinding(loaded.config);
}

/** What only days can show, and what this run is itself a part of: filed here, where nothing of it is real. */
export async function fileWhatTakesDays({ evidence }: StageTable, { codeVersion, riskHash }: Binding): Promise<void> {
  const nowMs = Date.now();
  const bound = { at_ms: nowMs, code_version: codeVersion, risk_hash: riskHash };
  await fileEvidence<Evidence>(evidence, { kind: 'ci', ...bound, passed: 1, failed: 0 });
  const days = [...wholeDays('PAPER', PAPER_DAYS, nowMs), ...wholeDays('LIVE_CANARY', CANARY_DAYS, nowMs)];
  for (const day of days) await fileEvidence<Evidence>(evidence, { ...bound, ...day });
}

function wholeDays(step: Step, count: number, nowMs: number) {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  return Array.from({ length: count }, (_, index) => {
    const dayMs = today - (index + 1) * DAY_MS;
    return {
      kind: 'day' as const,
      at_ms: dayMs + DAY_MS - 60_000,
      step,
      day_ms: dayMs,
      first_ms: dayMs,
      last_ms: dayMs + DAY_MS - 60_000,
      cycles: 1_440,
      observed_ms: DAY_MS - 60_000,
      breaches: 0,
      unhandled: [],
      alerts: 0,
      alerts_late: 0,
      alerts_failed: 0,
      latencies: 1_440,
      jitters: 1_440,
      slowest_ms: 500,
      slow_in_a_row: 0,
      unknown_in_a_row: 0,
    };
  });
}
