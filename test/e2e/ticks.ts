import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { INTERVAL_MS } from '../../shared/core/market/interval.ts';
import { invoke, linesOf } from './functions.ts';
import type { Programs } from './programs.ts';
import { until } from './until.ts';

const MINUTE_MS = 60_000;
const MOST_BACK_MS = 60 * MINUTE_MS;
/** Before the tick is repeated, which makes the emulator give the line away. */
const LINE_MS = 5_000;

const cycleLine = z.object({
  cycle: z.object({
    slot: z.string(),
    mode: z.string(),
    latency_ms: z.number(),
    degraded: z.array(z.string()),
    proposals: z.number(),
    rejections: z.record(z.string(), z.number()),
    orders: z.number(),
    published: z.number(),
    gates: z.array(z.object({ gate: z.string(), reason: z.string() })),
  }),
  message: z.string(),
});

export type SeenCycle = z.output<typeof cycleLine>['cycle'] & { readonly kind: string };

export interface Ticks {
  /** The next slot. The Scheduler would name it; the emulator's does not. */
  next(): Promise<SeenCycle>;
  /** The next minute that begins, when it begins, as the Scheduler would send it. */
  onTime(): Promise<SeenCycle>;
}

/**
 * Ticks with a slot in place of the placeholder. Slots follow each other by a minute, as on AWS, and begin so far back
 * that a run need not wait a minute for each.
 */
export function createTicks(programs: Programs, nowMs = Date.now()): Ticks {
  // Not before the last bar of a day that closed: the newest bar of an earlier slot would be stale.
  const bars = Math.floor(nowMs / INTERVAL_MS['1d']) * INTERVAL_MS['1d'];
  let slotMs = Math.max(bars, Math.floor((nowMs - MOST_BACK_MS) / MINUTE_MS) * MINUTE_MS) - MINUTE_MS;
  const tick = async (next: number): Promise<SeenCycle> => {
    slotMs = next;
    await delay(Math.max(0, next - Date.now()));
    const sinceMs = Date.now();
    const slot = new Date(slotMs).toISOString();
    const thrown = await invoke(programs, 'decide', { slot });
    if (thrown !== null) return { ...NOTHING, slot, kind: `failed: ${thrown}` };
    const look = (timeoutMs?: number) => until(() => cycleOf(programs, sinceMs, slot), timeoutMs);
    const seen = (await look(LINE_MS)) ?? (await afterRepeat(look, () => invoke(programs, 'decide', { slot })));
    return seen ?? { ...NOTHING, slot, kind: 'failed: no line in the log' };
  };
  return {
    next: () => tick(slotMs + MINUTE_MS),
    async onTime() {
      const next = Math.max(slotMs + MINUTE_MS, Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS);
      return tick(next);
    },
  };
}

const NOTHING: Omit<SeenCycle, 'slot' | 'kind'> = {
  mode: '',
  latency_ms: 0,
  degraded: [],
  proposals: 0,
  rejections: {},
  orders: 0,
  published: 0,
  gates: [],
};

/** The emulator may keep a function's last lines until its next event. A tick that comes twice is none. */
async function afterRepeat(
  look: () => Promise<SeenCycle | undefined>,
  repeat: () => Promise<unknown>,
): Promise<SeenCycle | undefined> {
  await repeat();
  return look();
}

async function cycleOf(programs: Programs, sinceMs: number, slot: string): Promise<SeenCycle | undefined> {
  // A line is stamped when the function wrote it, or when the emulator took it.
  for (const { json } of await linesOf(programs, 'decide', sinceMs - 1_000)) {
    const parsed = cycleLine.safeParse(json);
    if (!parsed.success || parsed.data.cycle.slot !== slot) continue;
    const kind = parsed.data.message.replace('cycle ', '');
    if (kind !== 'repeated') return { ...parsed.data.cycle, kind };
  }
  return undefined;
}

export function toldOf({ kind, mode, orders, proposals, gates, rejections, latency_ms }: SeenCycle): string {
  const why = Object.entries(rejections).map(([reason, count]) => `${reason} ${count}`);
  const stops = gates.map(({ gate }) => gate);
  return [
    `cycle ${kind} as ${mode} in ${Math.round(latency_ms)} ms: ${proposals} proposals, ${orders} orders`,
    ...(stops.length > 0 ? [`gates ${stops.join(' ')}`] : []),
    ...(why.length > 0 ? [`rejected ${why.join(' ')}`] : []),
  ].join(', ');
}
