import type { CyclePorts } from '../../shared/app/ports.ts';
import type { PortCall } from '../once/cut.ts';
import type { Weeks } from './weeks.ts';
import { type DailyPorts, portsOf } from './world.ts';

/** A process that was killed, or ran into its time limit: nothing after this call happened. */
class Killed extends Error {}
/** The table, the queue or the archive did not answer; what was asked of it may have been done. */
class Throttled extends Error {}

export type Ended<Value> = { readonly kind: 'done'; readonly value: Value } | { readonly kind: 'died' | 'failed' };

/** Where a process may die, in calls of its ports: beyond the last one it lives. */
const LONGEST_LIFE = 90;
const TABLE: ReadonlySet<string> = new Set([
  ...['accounts', 'orders', 'facts', 'lease', 'cycles', 'queue', 'archive'],
  ...['vault', 'days', 'evidence'],
]);

interface Life {
  readonly pass: (call: PortCall) => Promise<unknown>;
  readonly state: { calls: number; isDead: boolean; isStruck: boolean };
}

/** The calls of one process: each may be its last, and each may go wrong. */
function lifeOf(weeks: Weeks, timeoutMs: number): Life {
  const { world, chance } = weeks;
  const endMs = world.clock.nowMs() + timeoutMs;
  const diesAt = chance.die() ? 1 + Math.floor(chance.draw() * LONGEST_LIFE) : null;
  const diesBefore = chance.draw() < 0.5;
  const state = { calls: 0, isDead: false, isStruck: false };
  const dieIf = (isDue: boolean) => {
    if (isDue) state.isDead = true;
    if (state.isDead) throw new Killed();
  };
  const struck = async (call: PortCall): Promise<unknown> => {
    const fault = TABLE.has(call.port) ? chance.table() : 'none';
    if (fault === 'none') return call.proceed();
    state.isStruck = true;
    if (fault === 'after') await call.proceed();
    throw new Throttled(`${call.port}.${call.method} was throttled`);
  };
  const pass = async (call: PortCall): Promise<unknown> => {
    dieIf(false);
    weeks.runDue();
    if (chance.aimed()) weeks.pull();
    state.calls += 1;
    const isLast = state.calls === diesAt;
    dieIf(world.clock.nowMs() > endMs || (isLast && diesBefore));
    if (call.port === 'killSwitch' && chance.unreadable()) return { kind: 'killed', reason: 'unreadable: throttled' };
    const result = await struck(call);
    dieIf(isLast);
    return result;
  };
  return { pass, state };
}

/** One process from start to end, or to its death; others and the operator's hand get their turn at every call. */
export async function live<Value>(
  weeks: Weeks,
  timeoutMs: number,
  run: (ports: CyclePorts & DailyPorts) => Promise<Value>,
): Promise<Ended<Value>> {
  const { world } = weeks;
  const { pass, state } = lifeOf(weeks, timeoutMs);
  const pending = new Set<Promise<unknown>>();
  weeks.isTableStruck();
  const onCall = (call: PortCall) => {
    const turn = world.turns.pass(() => pass(call));
    const ended: Promise<unknown> = turn.catch(() => undefined).finally(() => pending.delete(ended));
    pending.add(ended);
    return turn;
  };
  try {
    return { kind: 'done', value: await run(portsOf(world, onCall)) };
  } catch (error) {
    // What it had under way side by side ends before anything else begins: the same seed is the same run.
    while (pending.size > 0) await Promise.all(pending);
    return endOf(weeks, { ...state, isStruck: state.isStruck || weeks.isTableStruck() }, error);
  }
}

/** What nobody did to it is its own fault. */
function endOf(
  weeks: Weeks,
  { isDead, isStruck }: Life['state'],
  error: unknown,
): { readonly kind: 'died' | 'failed' } {
  weeks.count(isDead ? 'deaths' : 'failures');
  if (isDead) weeks.disturbed();
  else if (!isStruck && !weeks.world.isChannelDown) weeks.report('threw', String((error as Error).stack ?? error));
  return { kind: isDead ? 'died' : 'failed' };
}
