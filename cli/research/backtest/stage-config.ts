import type { DecisionConfig } from '../../../shared/core/cycle/decision-config.ts';

/** The decision config of a stage and which stage that is. */
export interface StageConfig {
  readonly name: string;
  readonly decision: DecisionConfig;
}
