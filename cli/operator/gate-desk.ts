import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isThere } from '../../shared/adapters/is-there.ts';
import { fileEvidence } from '../../shared/app/file-evidence.ts';
import { loadKeyAges } from '../../shared/app/key-ages.ts';
import type { PromotePorts } from '../../shared/app/promote.ts';
import { capsOf } from '../../shared/core/gates/caps.ts';
import type { GateContext } from '../../shared/core/gates/checklist.ts';
import { ciSchema, type Evidence } from '../../shared/core/gates/evidence.ts';
import { keyAgeRefusal } from '../../shared/core/secrets/key-age.ts';
import { type Books, openBooks } from './books.ts';
import { gateBinding } from './gate-binding.ts';
import type { TargetFlags } from './kill-target.ts';

/** Written by `npm test` beside its other results. */
export const CI_RESULT = join(import.meta.dirname, '..', '..', '.test-results', 'ci.json');

/** The gates of a bot as an operator sees and moves them. */
export interface GateDesk {
  readonly books: Books;
  readonly ports: PromotePorts;
  readonly context: GateContext;
  evidence(): Promise<readonly Evidence[]>;
  /** Why the age of the exchange's keys forbids LIVE; null: it does not, or there are none (a run on this machine). */
  keyRefusal(): Promise<string | null>;
  close(): Promise<void>;
}

const ciResult = z.strictObject({ ...ciSchema.omit({ kind: true, risk_hash: true }).shape });

export async function openGateDesk(flags: TargetFlags): Promise<GateDesk> {
  const books = await openBooks(flags);
  try {
    return await deskOf(books, flags);
  } catch (error) {
    await books.close();
    throw error;
  }
}

async function deskOf(books: Books, flags: TargetFlags): Promise<GateDesk> {
  // Made-up time goes on where the run stopped; its evidence is judged in its own time.
  const nowMs = flags.stage === undefined ? await lastMoment(books) : Date.now();
  const context = { ...gateBinding(books.config), nowMs, caps: capsOf(books.config.decision) };
  const { evidence } = books;
  const clock = { nowMs: () => nowMs };
  await fileCiResult(books, context);
  return {
    books,
    ports: { evidence, notifier: books.notifier(clock), clock },
    context,
    evidence: evidence.all,
    keyRefusal: async () => (flags.stage === undefined ? null : keyAgeRefusal(await loadKeyAges(books.facts), nowMs)),
    close: books.close,
  };
}

async function lastMoment(books: Books): Promise<number> {
  const [last] = await books.cycles(1);
  return last === undefined ? Date.now() : last.started_at_ms + 1;
}

/** What the test gate left on this machine, if it is about this very code. */
async function fileCiResult({ evidence }: Books, { codeVersion, riskHash, nowMs }: GateContext): Promise<void> {
  if (!isThere(CI_RESULT)) return;
  const read = ciResult.safeParse(JSON.parse(readFileSync(CI_RESULT, 'utf8')));
  if (!read.success || read.data.code_version !== codeVersion) return;
  await fileEvidence<Evidence>(evidence, {
    kind: 'ci',
    risk_hash: riskHash,
    ...read.data,
    at_ms: Math.min(read.data.at_ms, nowMs),
  });
}
