import { parse } from 'yaml';
import type { Plain } from '../../../shared/config/config-node.ts';
import { formatFaults } from '../../../shared/config/fault.ts';
import { loadConfig } from '../../../shared/config/load.ts';
import type { Stage } from '../../../shared/config/stages.ts';
import type { DecisionConfig } from '../../../shared/core/cycle/decision-config.ts';
import type { Usd } from '../../../shared/core/money/fixed.ts';
import { UserError } from '../../user-error.ts';

/** The decision config of a stage and which stage that is. */
export interface StageConfig {
  readonly name: string;
  readonly decision: DecisionConfig;
  /** What was changed on the command line, as it was written there. */
  readonly changes: readonly string[];
}

/** A stage of a config folder with single values changed ("policy.risk.max_drawdown_pct=50"), checked like any config. */
export function researchConfig(dir: string, stage: Stage, equityUsd: Usd, changes: readonly string[]): StageConfig {
  const result = loadConfig({ dir, stage, equityUsd, overrides: overridesOf(changes) });
  if (result.kind === 'invalid') {
    // What a change contradicts stands in a file that is right without it.
    const changed = changes.length === 0 ? '' : `, changed by ${changes.join(' ')}`;
    throw new UserError(`${formatFaults(result.faults)} of ${dir}${changed}`);
  }
  return { name: stage, decision: result.config.decision, changes };
}

type Overrides = { [section: string]: Plain };

function overridesOf(changes: readonly string[]): Overrides {
  const overrides: Overrides = {};
  for (const change of changes) put(overrides, change);
  return overrides;
}

function put(overrides: Overrides, change: string): void {
  const [, path, text] = /^([a-z][\w.-]*)=(.+)$/.exec(change) ?? [];
  if (path === undefined || text === undefined) {
    throw new UserError(`--set ${change}: use path=value, such as policy.risk.max_drawdown_pct=50`);
  }
  const keys = path.split('.');
  const last = keys.pop() as string;
  let place: Overrides = overrides;
  for (const key of keys) {
    const below = place[key];
    const next = typeof below === 'object' && below !== null && !Array.isArray(below) ? (below as Overrides) : {};
    place[key] = next;
    place = next;
  }
  place[last] = valueIn(text, change);
}

function valueIn(text: string, change: string): Plain {
  try {
    return parse(text) as Plain;
  } catch (error) {
    throw new UserError(`--set ${change}: ${(error as Error).message.split('\n')[0]}`);
  }
}
