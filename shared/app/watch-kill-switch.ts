import type { Clock } from '../ports/clock.ts';
import { causeOf, type KillState, type KillSwitch, UNREADABLE } from '../ports/kill-switch.ts';

export interface WatchPlan {
  readonly pollMs: number;
  /** The watch ends so long after its begin. */
  readonly forMs: number;
  /** Ends it at once. */
  readonly signal?: AbortSignal;
}

export interface WatchPorts {
  readonly killSwitch: KillSwitch;
  /** Real time: an operator's hand does not move in virtual time. */
  readonly clock: Clock;
  /** Halts. Called once a pull, and again while it throws, and then for what may have slipped through. */
  readonly onKilled: (state: Extract<KillState, { kind: 'killed' }>, isFirst: boolean) => Promise<void>;
  /** What `onKilled` threw. */
  readonly onFailure: (error: unknown) => void;
}

/** An order whose POST was under way comes to be within the caller's patience: it too must be gone ten seconds after the pull. */
const FIRST_SWEEP_MS = 4_000;
const SWEEP_MS = 15_000;

interface Halted {
  readonly reason: string;
  readonly atMs: number;
  readonly sweepAfterMs: number;
}

/**
 * Reads the switch again and again and halts when it was pulled: the path that relies on no event of anybody's [REQ-K1].
 * An unreadable switch is a pulled one, but one read may be unlucky: the next one, a moment later, decides.
 */
export async function watchKillSwitch(ports: WatchPorts, { pollMs, forMs, signal }: WatchPlan): Promise<void> {
  const endMs = ports.clock.monotonicMs() + forMs;
  let halted: Halted | null = null;
  while (signal?.aborted !== true && ports.clock.monotonicMs() < endMs) {
    const startedMs = ports.clock.monotonicMs();
    const state = await readSurely(ports.killSwitch);
    if (state.kind === 'armed') halted = null;
    else halted = await haltOnce(ports, state, halted);
    const restMs = pollMs - (ports.clock.monotonicMs() - startedMs);
    if (restMs > 0) await ports.clock.sleep(restMs);
  }
}

async function haltOnce(
  { clock, onKilled, onFailure }: WatchPorts,
  state: Extract<KillState, { kind: 'killed' }>,
  halted: Halted | null,
): Promise<Halted | null> {
  const isFirst = halted === null || causeOf(halted.reason) !== causeOf(state.reason);
  if (!isFirst && clock.monotonicMs() - halted.atMs < halted.sweepAfterMs) return halted;
  try {
    await onKilled(state, isFirst);
    return {
      reason: state.reason,
      atMs: clock.monotonicMs(),
      sweepAfterMs: isFirst ? FIRST_SWEEP_MS : SWEEP_MS,
    };
  } catch (error) {
    onFailure(error);
    return null;
  }
}

async function readSurely(killSwitch: KillSwitch): Promise<KillState> {
  const state = await killSwitch.read();
  const isUnread = state.kind === 'killed' && state.reason.startsWith(UNREADABLE);
  return isUnread ? killSwitch.read() : state;
}
