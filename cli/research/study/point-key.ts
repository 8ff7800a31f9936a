import { canonicalJson } from '../../../shared/core/cycle/canonical-json.ts';
import { usd } from '../../../shared/core/money/fixed.ts';
import { sha256 } from '../backtest/hashes.ts';
import { researchConfig } from '../backtest/stage-config.ts';
import { codeHash, folderHash } from './code-hash.ts';
import type { Point, StudyInputs } from './point.ts';

export interface Sources {
  readonly code: string;
  readonly bars: string;
}

export function sourcesOf({ data, interval }: StudyInputs): Sources {
  return { code: codeHash(), bars: folderHash(data, interval) };
}

/**
 * Names a point by everything that could change its figures, so that a finished one is never computed twice and a stale
 * one never taken. Throws a UserError where the config refuses the point.
 */
export function pointKey(inputs: StudyInputs, point: Point, { code, bars }: Sources): string {
  const { decision } = researchConfig(inputs.config, inputs.stage, usd(inputs.capital), [
    ...inputs.changes,
    ...point.changes,
  ]);
  const { interval, symbols = null, quote, capital, seed, stage, changes } = inputs;
  const { strategies = null } = point;
  const study = { interval, symbols, quote, capital, seed, stage, changes };
  return sha256(canonicalJson({ code, bars, config: decision, study, point: { ...point, strategies } }));
}
