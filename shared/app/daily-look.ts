import * as z from 'zod';
import type { FactStore } from '../ports/stores.ts';
import { alert, resolve } from './alerts.ts';
import type { TradingPorts } from './ports.ts';

const FACT = 'daily_look';
const HOUR_MS = 3_600_000;
/** A day, the window of the schedule, and every repetition of one that failed. */
const SILENT_AFTER_MS = 28 * HOUR_MS;

/** When the daily checks came to their end; null: not yet, since somebody began to ask. */
export const dailyLookSchema = z.strictObject({
  ended_at_ms: z.number().min(0).nullable(),
  asked_since_ms: z.number().min(0),
});

/** The daily checks have all had their turn, whatever they found: who reads it wants to know that they still run. */
export function noteDailyLook(facts: FactStore, atMs: number): Promise<'saved' | 'stale'> {
  return save(facts, { ended_at_ms: atMs, asked_since_ms: atMs });
}

async function save(facts: FactStore, look: z.output<typeof dailyLookSchema>): Promise<'saved' | 'stale'> {
  return facts.save(FACT, look, (await facts.load(FACT))?.version ?? 0);
}

export interface DailyLookVerdict {
  readonly isSilent: boolean;
  readonly detail: string;
}

/** null: nothing is on record, or nothing that can be read. */
export async function dailyLookVerdict(
  facts: Pick<FactStore, 'load'>,
  nowMs: number,
): Promise<DailyLookVerdict | null> {
  const { data: look } = dailyLookSchema.safeParse((await facts.load(FACT))?.value);
  if (look === undefined) return null;
  const { ended_at_ms, asked_since_ms } = look;
  const hours = Math.max(0, Math.floor((nowMs - (ended_at_ms ?? asked_since_ms)) / HOUR_MS));
  const detail = ended_at_ms === null ? `none has ended in ${hours} h` : `the last one ended ${hours} h ago`;
  return { isSilent: hours * HOUR_MS >= SILENT_AFTER_MS, detail };
}

/**
 * Once an hour a cycle looks whether the daily checks still run: nobody else hears of a schedule that is gone. Not part of the
 * cycle, which decides the same whatever comes of it.
 */
export async function watchDailyLook(
  ports: Pick<TradingPorts, 'notifier' | 'clock'> & { readonly facts: FactStore },
  botId: string,
  { slotMs, intervalMs }: { readonly slotMs: number; readonly intervalMs: number },
): Promise<void> {
  if (slotMs % HOUR_MS >= intervalMs) return;
  const nowMs = ports.clock.nowMs();
  const verdict = await dailyLookVerdict(ports.facts, nowMs);
  // The first one may be a day away.
  if (verdict === null) await save(ports.facts, { ended_at_ms: null, asked_since_ms: nowMs });
  else if (verdict.isSilent) await alert(ports, 'DAILY_LOOK', botId, verdict.detail);
  else await resolve(ports, 'DAILY_LOOK', botId, verdict.detail);
}
