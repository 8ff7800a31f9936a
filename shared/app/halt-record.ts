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

/**
 * Written when the halt begins, and again with its outcome. One that is repeated, or runs beside another, leaves standing who
 * saw the same pull first, when, and when it was first told.
 */
export async function saveHaltRecord(
  { facts, clock }: Pick<HaltPorts, 'facts' | 'clock'>,
  { reason, source, flippedAtMs }: HaltRequest,
  measured: Measured,
): Promise<HaltRecord> {
  const stored = await facts.load(FACT);
  const before = ofSamePull(stored?.value, reason, flippedAtMs);
  const record: HaltRecord = {
    halt_reason: reason,
    source: before?.source ?? source,
    at_ms: clock.nowMs(),
    flipped_at_ms: flippedAtMs ?? null,
    detect_ms: Math.min(before?.detect_ms ?? measured.detect_ms, measured.detect_ms),
    alert_ms: of(Math.min, before?.alert_ms, measured.alert_ms),
    cancelled_ms: measured.cancelled_ms ?? null,
    found: of(Math.max, before?.found, measured.found),
    withdrawn: of(Math.max, before?.withdrawn, measured.withdrawn),
    remaining: [...(measured.remaining ?? [])],
    faults: [...(measured.faults ?? [])],
  };
  // 'stale' means another halt was recorded in these milliseconds: its record serves as well.
  await facts.save(FACT, record, stored?.version ?? 0);
  return record;
}

/** Where nobody knows when the switch was pulled, each halt counts from its own begin. What cannot be read is written over. */
function ofSamePull(stored: unknown, reason: string, flippedAtMs: number | undefined): HaltRecord | undefined {
  const { data: record } = haltRecordSchema.safeParse(stored);
  const isSame = record !== undefined && record.halt_reason === reason && record.flipped_at_ms === flippedAtMs;
  return isSame ? record : undefined;
}

function of(choose: typeof Math.min, ...values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? null : choose(...known);
}

/** undefined: nothing was ever halted here. */
export async function loadHaltRecord(facts: FactStore): Promise<HaltRecord | undefined> {
  const stored = await facts.load(FACT);
  return stored === undefined ? undefined : haltRecordSchema.parse(stored.value);
}
