import { canonicalJson } from '../../../shared/core/cycle/canonical-json.ts';
import { usd } from '../../../shared/core/money/fixed.ts';
import { sha256 } from '../backtest/hashes.ts';
import { researchConfig } from '../backtest/stage-config.ts';
import { codeHash, folderHash } from './code-hash.ts';
import type { Point, StudyInputs } from './point.ts';

/**
 * Names every point by all that could change its figures, so that a finished one is never computed twice and a stale one
 * never taken. Throws a UserError where the config refuses a point: before anything is run.
 */
export function pointKeys(inputs: StudyInputs, points: readonly Point[]): readonly string[] {
  const { data, interval, symbols = null, quote, capital, seed, stage } = inputs;
  const study = { interval, symbols, quote, capital, seed, stage, changes: inputs.changes };
  const sources = { code: codeHash(), bars: folderHash(data), study };
  const configs = new Map<string, string>();
  return points.map((point) => {
    const changes = [...inputs.changes, ...point.changes];
    const config = configs.get(changes.join('\n')) ?? configHash(inputs, changes);
    // The windows of a walk-forward ask for the same configs again and again.
    configs.set(changes.join('\n'), config);
    const { strategies = null } = point;
    return sha256(canonicalJson({ ...sources, config, point: { ...point, strategies } }));
  });
}

function configHash({ config, stage, capital }: StudyInputs, changes: readonly string[]): string {
  return sha256(canonicalJson(researchConfig(config, stage, usd(capital), changes).decision));
}
