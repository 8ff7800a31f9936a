import * as z from 'zod';
import type { CycleRecord } from '../ports/stores.ts';
import { type HaltRecord, loadHaltRecord } from './halt-record.ts';
import type { HaltPorts } from './ports.ts';
import { updateAccount } from './update-account.ts';

export type RearmPorts = Pick<HaltPorts, 'accounts' | 'facts' | 'killSwitch'>;

/** Words of a cycle's record that say that its books were not proven right. */
const UNCLEAN = ['no_account', 'balances_unavailable', 'fills_unavailable', 'order_unanswered', 'gate_ledger'];

/**
 * What speaks against arming the switch again, each with what to do; empty when nothing does. Harder than pulling it on
 * purpose: a complete halt, a cycle since then whose books balanced, nothing of unknown fate, nothing frozen.
 */
export async function rearmObstacles(
  { accounts, facts, killSwitch }: RearmPorts,
  newestCycles: readonly CycleRecord[],
): Promise<readonly string[]> {
  const kill = await killSwitch.read();
  if (kill.kind === 'armed') return ['the switch is armed already'];
  const halted = await loadHaltRecord(facts);
  const account = await accounts.load();
  if (halted === undefined) return ['no halt is on record: let the run see the pulled switch first'];
  if (await isUsedUp(facts, halted, kill.atMs)) {
    return ['the halt on record is that of an earlier pull: let the run see the pulled switch first'];
  }
  const unknown = Object.values(account?.working ?? {}).filter(({ status }) => ['UNKNOWN', 'SENDING'].includes(status));
  const open = [...halted.remaining, ...halted.faults];
  return [
    ...(halted.cancelled_ms === null
      ? [`the halt is not complete (${open.join('; ') || 'still under way'}): wait`]
      : []),
    ...unknown.map((order) => `order ${order.client_order_id} is ${order.status}: wait until cycles have resolved it`),
    ...Object.entries(account?.frozen ?? {}).map(
      ([id, why]) => `${id} is frozen (${why}): see LEDGER_BREAK in the runbook`,
    ),
    ...cycleObstacles(newestCycles, halted.at_ms),
  ];
}

function cycleObstacles(cycles: readonly CycleRecord[], haltedAtMs: number): readonly string[] {
  const last = cycles.find(({ status }) => status === 'completed');
  if (last === undefined || last.started_at_ms < haltedAtMs) {
    return ['no cycle has reconciled since the halt: let one run, it orders nothing while the switch is pulled'];
  }
  const degraded = Array.isArray(last.summary['degraded']) ? last.summary['degraded'].map(String) : [];
  const unclean = degraded.filter((word) => UNCLEAN.includes(word));
  return unclean.length === 0 ? [] : [`the latest cycle did not prove its books (${unclean.join(', ')}): find out why`];
}

/** Remembers who armed it and why, and makes sure that the first cycle only looks. Arming itself comes after. */
export async function recordRearm(
  { accounts, facts }: RearmPorts,
  { by, reason, atMs }: { readonly by: string; readonly reason: string; readonly atMs: number },
): Promise<void> {
  const known = await accounts.load();
  if (known !== undefined) await updateAccount(accounts, (stored) => ({ ...stored, halted: true }));
  const halted = await loadHaltRecord(facts);
  const stored = await facts.load(FACT);
  await facts.save(FACT, { by, reason, at_ms: atMs, halt: pullOf(halted) }, stored?.version ?? 0);
}

const FACT = 'rearmed';
const rearmedSchema = z.looseObject({ halt: z.number().nullish() });

/**
 * A halt proves one pull over. When the record is the one that was armed on before, the halt of this pull has not begun, or
 * could not be written, or the table is an older one; but arming may have failed half-way, and then it is the same pull.
 */
async function isUsedUp(facts: RearmPorts['facts'], halted: HaltRecord, pulledAtMs?: number): Promise<boolean> {
  const stored = await facts.load(FACT);
  if (stored === undefined || rearmedSchema.parse(stored.value).halt !== pullOf(halted)) return false;
  return pulledAtMs !== halted.flipped_at_ms;
}

/** Which pull a record is of. A later look at the same pull writes the record again. */
function pullOf(halted: HaltRecord | undefined): number | null {
  return halted === undefined ? null : (halted.flipped_at_ms ?? halted.at_ms);
}
