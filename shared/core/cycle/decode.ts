import * as z from 'zod';
import { accountSchema } from '../portfolio/account.ts';
import { policySchema, signalsSchema, universeSchema } from './decision-config.ts';
import { type DecisionInputs, INPUTS_FORMAT } from './encode.ts';
import { snapshotSchema } from './snapshot-schema.ts';

/** The exact inputs again. Throws on anything that encodeInputs or encodeCycle did not write, naming the place. */
export function decodeInputs(text: string): DecisionInputs {
  const { snapshot, account, config } = decodeCycle(text);
  return { snapshot, account, config };
}

export interface ArchivedCycle extends DecisionInputs {
  /** As plain JSON: it is compared, never used. undefined where it was not archived. */
  readonly decision: unknown;
}

/** Throws as decodeInputs does. */
export function decodeCycle(text: string): ArchivedCycle {
  const json: unknown = JSON.parse(text);
  const foreign = foreignFormat(json);
  if (foreign !== null) throw new Error(`not an archived decision input: ${foreign}`);
  const result = inputsSchema.safeParse(json);
  if (!result.success) throw new Error(`not an archived decision input: ${z.prettifyError(result.error)}`);
  const { snapshot, account, config, decision } = result.data;
  return { snapshot, account, config, decision };
}

/** Why inputs that another version archived cannot be read; null where they name this format, or none. */
export function foreignFormat(json: unknown): string | null {
  if (typeof json !== 'object' || json === null || !('format' in json) || json.format === INPUTS_FORMAT) return null;
  const found = JSON.stringify(json.format);
  return `it is of format ${found}, this version reads format ${INPUTS_FORMAT}: use the version that wrote it`;
}

const inputsSchema = z.strictObject({
  format: z.literal(INPUTS_FORMAT),
  /** Absent in inputs that no cycle archived. */
  code_version: z.string().optional(),
  snapshot: snapshotSchema,
  account: accountSchema,
  config: z.strictObject({
    botId: z.string(),
    configHash: z.string(),
    policy: policySchema,
    universe: universeSchema,
    signals: signalsSchema,
  }),
  decision: z.unknown().optional(),
});
