import * as z from 'zod';
import type { MarketSnapshot } from '../market/snapshot.ts';
import { type Account, accountSchema } from '../portfolio/account.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Decision } from './decision.ts';
import { type DecisionConfig, policySchema, signalsSchema, universeSchema } from './decision-config.ts';
import { snapshotSchema } from './snapshot-schema.ts';

/** All that a decision depends on. */
export interface DecisionInputs {
  readonly snapshot: MarketSnapshot;
  readonly account: Account;
  readonly config: DecisionConfig;
}

const FORMAT = 1;

/** A decision as one line of JSON: what is recorded, replayed and compared byte for byte [I8]. */
export function encodeDecision(decision: Decision): string {
  return canonicalJson(decision);
}

/** Complete: the config goes along, so that a cycle can be replayed long after the config has changed. */
export function encodeInputs(snapshot: MarketSnapshot, account: Account, config: DecisionConfig): string {
  return canonicalJson({ format: FORMAT, snapshot, account, config });
}

/** The exact inputs again. Throws on anything that encodeInputs did not write, naming the place. */
export function decodeInputs(text: string): DecisionInputs {
  const result = inputsSchema.safeParse(JSON.parse(text));
  if (!result.success) throw new Error(`not an archived decision input: ${z.prettifyError(result.error)}`);
  const { snapshot, account, config } = result.data;
  return { snapshot, account, config };
}

const inputsSchema = z.strictObject({
  format: z.literal(FORMAT),
  snapshot: snapshotSchema,
  account: accountSchema,
  config: z.strictObject({
    botId: z.string(),
    configHash: z.string(),
    policy: policySchema,
    universe: universeSchema,
    signals: signalsSchema,
  }),
});
