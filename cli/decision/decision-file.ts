import * as z from 'zod';
import { policySchema, signalsSchema, universeSchema } from '../../shared/core/cycle/decision-config.ts';
import { INPUTS_FORMAT } from '../../shared/core/cycle/encode.ts';
import { snapshotSchema } from '../../shared/core/cycle/snapshot-schema.ts';
import { priceText, quantityText, ratioText, usdText } from '../../shared/core/money/codec.ts';
import { accountSchema, productIdKey } from '../../shared/core/portfolio/account.ts';

const configSchema = z.strictObject({
  botId: z.string(),
  configHash: z.string(),
  policy: policySchema,
  universe: universeSchema,
  signals: signalsSchema,
});

/**
 * The inputs of a decision in a file: what a cycle archives, where a person who writes one by hand may leave out the
 * account and the config.
 */
export const decisionFileSchema = z.strictObject({
  /** So that an editor can be told where the schema is. */
  $schema: z.string().optional(),
  format: z.literal(INPUTS_FORMAT).optional(),
  /** Of an archived cycle: what decided it. */
  code_version: z.string().optional(),
  snapshot: snapshotSchema,
  account: accountSchema.optional(),
  config: configSchema.optional(),
  /** What was decided on it: an archived cycle has it, and it is not looked at here. */
  decision: z.unknown().optional(),
});

export type DecisionFile = Readonly<z.output<typeof decisionFileSchema>>;

/** The JSON Schema of such a file, as text: docs/snapshot.schema.json. */
export function decisionFileJsonSchema(): string {
  const names = z.registry<{ id: string }>();
  names.add(snapshotSchema, { id: 'snapshot' });
  names.add(accountSchema, { id: 'account' });
  names.add(configSchema, { id: 'config' });
  const schema = z.toJSONSchema(decisionFileSchema, {
    io: 'input',
    metadata: names,
    // A product id is a check in code; its shape is added below.
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => void Object.assign(jsonSchema, shapeOf(zodSchema)),
  });
  const title = 'The inputs of one decision of 247trader (docs/snapshot.md)';
  return `${JSON.stringify({ title, ...schema }, null, 2)}\n`;
}

const PRODUCT_ID = { type: 'string', pattern: '^[A-Z0-9]{1,16}-[A-Z0-9]{2,8}$' };
const DECIMAL = { pattern: '^-?\\d{1,30}(\\.\\d{1,40})?$', description: 'decimal text, never a number' };

/** What the library cannot see: the text behind the codecs. */
function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, unknown>> {
  if (schema === productIdKey) return PRODUCT_ID;
  const codecs: readonly z.core.$ZodType[] = [priceText, quantityText, ratioText, usdText];
  return codecs.includes(schema) ? DECIMAL : {};
}
