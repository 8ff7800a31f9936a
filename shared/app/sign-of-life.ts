import * as z from 'zod';
import type { FactStore } from '../ports/stores.ts';

const FACT = 'sign_of_life';
const DAY_MS = 86_400_000;

/** When an operator last showed that somebody is there. */
export const signOfLifeSchema = z.strictObject({ at_ms: z.number().min(0) });

/** Remembers that somebody is there. Losing a race against another sign does no harm. */
export async function giveSignOfLife(facts: FactStore, atMs: number): Promise<void> {
  const stored = await facts.load(FACT);
  await facts.save(FACT, { at_ms: atMs }, stored?.version ?? 0);
}

/**
 * Why nothing new is entered: nobody has given a sign of life for `maxDays`; null: somebody has, or it is not asked for
 * (0). A sign that cannot be read, or was never given, is none.
 */
export async function operatorSilence(
  facts: Pick<FactStore, 'load'>,
  maxDays: number,
  nowMs: number,
): Promise<string | null> {
  if (maxDays === 0) return null;
  const last = await lastSign(facts);
  if (last === null) return 'no operator has ever given a sign of life: run trader alive';
  if (nowMs - last <= maxDays * DAY_MS) return null;
  return `no operator has given a sign of life for more than ${maxDays} days: run trader alive`;
}

async function lastSign(facts: Pick<FactStore, 'load'>): Promise<number | null> {
  try {
    const stored = await facts.load(FACT);
    return stored === undefined ? null : signOfLifeSchema.parse(stored.value).at_ms;
  } catch {
    return null;
  }
}
