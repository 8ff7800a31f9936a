import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encodeInputs } from '../../shared/core/cycle/encode.ts';
import { accountOf, calmMarket, configOf, snapshotOf } from '../../test/core/world.ts';
import { decisionFileJsonSchema, decisionFileSchema } from './decision-file.ts';

it('docs/snapshot.schema.json says what the code reads: npm run snapshot:schema writes it anew', () => {
  const documented = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'snapshot.schema.json'), 'utf8');

  expect(documented).toBe(decisionFileJsonSchema());
});

it('an archived cycle is such a file', () => {
  const archived = encodeInputs(snapshotOf(calmMarket()), accountOf(), configOf());

  expect(decisionFileSchema.safeParse(JSON.parse(archived)).success).toBe(true);
});

it('the schema knows decimals and product ids by their shape', () => {
  const { $defs } = JSON.parse(decisionFileJsonSchema());

  const { symbols, fees } = $defs.snapshot.properties;
  expect(fees.properties.taker).toMatchObject({ type: 'string', pattern: expect.stringContaining('\\d') });
  expect(symbols.items.properties.productId).toMatchObject({ type: 'string', pattern: expect.stringContaining('A-Z') });
});
