import * as z from 'zod';
import type { FactStore } from '../ports/stores.ts';
import type { HaltPorts } from './ports.ts';

export interface HaltRequest {
  readonly reason: string;
  /** Who or what asked: 'kill-switch', 'operator' ... */
  readonly source: string;
  /** When the switch was pulled, in wall-clock time: the timings count from there. Unknown: from the call. */
  readonly flippedAtMs?: number;
}

const ms = z.number();

/** Why everything stands still, since when, and how fast it came to a stop [REQ-K1]. */
export const haltRecordSchema = z.strictObject({
  halt_reason: z.string(),
  source: z.string(),
  at_ms: ms,
  flipped_at_ms: ms.nullable(),
  detect_ms: ms,
  alert_ms: ms.nullable(),
  /** null until every order was read back as ended. */
  cancelled_ms: ms.nullable(),
  found: z.int().nullable(),
  withdrawn: z.int().nullable(),
  remaining: z.array(z.string()),
  faults: z.array(z.string()),
});
export type HaltRecord = Readonly<z.output<typeof haltRecordSchema>>;

type Measured = Pick<HaltRecord, 'detect_ms'> &
  Partial<Pick<HaltRecord, 'alert_ms' | 'cancelled_ms' | 'found' | 'withdrawn'>> & {
    readonly remaining?: readonly string[];
    readonly faults?: readonly string[];
  };

const FACT = 'halt';

/** Written when the halt begins, and again with its outcome. */
export async function saveHaltRecord(
  { facts, clock }: Pick<HaltPorts, 'facts' | 'clock'>,
  { reason, source, flippedAtMs }: HaltRequest,
  measured: Measured,
): Promise<void> {
  const stored = await facts.load(FACT);
  const record: HaltRecord = {
    halt_reason: reason,
    source,
    at_ms: clock.nowMs(),
    flipped_at_ms: flippedAtMs ?? null,
    detect_ms: measured.detect_ms,
    alert_ms: measured.alert_ms ?? null,
    cancelled_ms: measured.cancelled_ms ?? null,
    found: measured.found ?? null,
    withdrawn: measured.withdrawn ?? null,
    remaining: [...(measured.remaining ?? [])],
    faults: [...(measured.faults ?? [])],
  };
  // 'stale' means another halt was recorded in these milliseconds: its record serves as well.
  await facts.save(FACT, record, stored?.version ?? 0);
}

/** undefined: nothing was ever halted here. */
export async function loadHaltRecord(facts: FactStore): Promise<HaltRecord | undefined> {
  const stored = await facts.load(FACT);
  return stored === undefined ? undefined : haltRecordSchema.parse(stored.value);
}
