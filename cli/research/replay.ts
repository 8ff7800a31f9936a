import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isThere } from '../../shared/adapters/is-there.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import type { Decision } from '../../shared/core/cycle/decision.ts';
import type { ArchivedCycle } from '../../shared/core/cycle/decode.ts';
import { encodeDecision } from '../../shared/core/cycle/encode.ts';
import { UserError } from '../user-error.ts';
import { type Difference, differencesOf } from './json-diff.ts';

export interface Replayed {
  readonly decision: Decision;
  /** As plain JSON; undefined where no record of it was found. */
  readonly recorded: unknown;
  /** Empty when the decision is the recorded one, byte for byte [I8]. */
  readonly differences: readonly Difference[];
}

/** Decides on an archived cycle again. */
export function replayed(cycle: ArchivedCycle, fromElsewhere?: unknown): Replayed {
  const decision = decide(cycle.snapshot, cycle.account, cycle.config);
  const recorded = cycle.decision ?? fromElsewhere;
  const differences = recorded === undefined ? [] : differencesOf(recorded, JSON.parse(encodeDecision(decision)));
  return { decision, recorded, differences };
}

/** The decisions that `trader local --decisions FILE` wrote, by slot: for cycles archived without theirs. */
export async function decisionsIn(path: string | undefined): Promise<ReadonlyMap<number, unknown>> {
  const decisions = new Map<number, unknown>();
  if (path === undefined) return decisions;
  if (!isThere(path)) throw new UserError(`--decisions ${path}: there is no such file`);
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path) })) {
    line += 1;
    decisions.set(slotOf(text, `${path}:${line}`), JSON.parse(text));
  }
  return decisions;
}

function slotOf(text: string, place: string): number {
  try {
    const slotMs = Date.parse((JSON.parse(text) as { readonly slot: string }).slot);
    if (Number.isFinite(slotMs)) return slotMs;
  } catch {
    // Said below, like every other line that is none.
  }
  throw new UserError(`${place}: not a decision as "trader local --decisions" writes it, one a line`);
}
