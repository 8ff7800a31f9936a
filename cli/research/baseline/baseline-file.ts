import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isThere } from '../../../shared/adapters/is-there.ts';
import { canonicalJson } from '../../../shared/core/cycle/canonical-json.ts';
import { UserError } from '../../user-error.ts';
import { sha256 } from '../backtest/hashes.ts';
import { prepareFor, writeWhole } from '../backtest/write-whole.ts';
import { type Acceptance, baselineFileSchema, FILE_FORMAT } from './file-schema.ts';
import type { Measured } from './measure.ts';

export const BASELINE_FILE = join(import.meta.dirname, '..', '..', '..', 'test', 'baseline', 'baselines.json');

/** Everything that was ever accepted, oldest first. Throws when a figure was moved by hand. */
export function readAcceptances(file: string): readonly Acceptance[] {
  if (!isThere(file)) return [];
  const result = baselineFileSchema.safeParse(jsonOf(file));
  if (!result.success) throw new UserError(`${file}: ${z.prettifyError(result.error)}`);
  const { acceptances } = result.data;
  let before = '';
  for (const [i, { seal, ...rest }] of acceptances.entries()) {
    if (seal !== sealOf(before, rest)) {
      throw new UserError(
        `${file}: acceptance ${i + 1} (${rest.market}) was changed by hand; take the file from git again and use "trader baseline accept --reason"`,
      );
    }
    before = seal;
  }
  return acceptances;
}

/** The newest of a market. */
export function baselineOf(acceptances: readonly Acceptance[], market: string): Acceptance | null {
  return acceptances.findLast((each) => each.market === market) ?? null;
}

/** Adds one acceptance per measurement to those of the file. */
export function recordAcceptances(
  file: string,
  measured: readonly Measured[],
  said: { readonly reason: string; readonly date: string },
): void {
  const acceptances = [...readAcceptances(file)];
  for (const each of measured) {
    const entry = { ...each, ...said };
    acceptances.push({ ...entry, seal: sealOf(acceptances.at(-1)?.seal ?? '', entry) });
  }
  prepareFor(file);
  writeWhole(file, `${JSON.stringify({ format: FILE_FORMAT, acceptances }, null, 2)}\n`);
}

/** Of the whole chain up to this one: an older acceptance cannot be dropped or bent without breaking those after it. */
function sealOf(before: string, entry: Omit<Acceptance, 'seal'>): string {
  return sha256(`${before}\n${canonicalJson(entry)}`);
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
