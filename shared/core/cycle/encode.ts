import type { MarketSnapshot } from '../market/snapshot.ts';
import type { Account } from '../portfolio/account.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Decision } from './decision.ts';
import type { DecisionConfig } from './decision-config.ts';

/** All that a decision depends on. */
export interface DecisionInputs {
  readonly snapshot: MarketSnapshot;
  readonly account: Account;
  readonly config: DecisionConfig;
}

/** Rises whenever an archive of before can no longer be read as it was meant. */
export const INPUTS_FORMAT = 2;

/** A decision as one line of JSON: what is recorded, replayed and compared byte for byte [I8]. */
export function encodeDecision(decision: Decision): string {
  return canonicalJson(decision);
}

/** Complete: the config goes along, so that a cycle can be replayed long after the config has changed. */
export function encodeInputs(snapshot: MarketSnapshot, account: Account, config: DecisionConfig): string {
  return canonicalJson({ format: INPUTS_FORMAT, snapshot, account, config });
}

/**
 * The inputs with what was decided on them, and by which version of the code: what a cycle archives, so that deciding again
 * can be held against it [I8].
 */
export function encodeCycle(
  { snapshot, account, config }: DecisionInputs,
  decision: Decision,
  codeVersion: string,
): string {
  return canonicalJson({ format: INPUTS_FORMAT, code_version: codeVersion, snapshot, account, config, decision });
}
