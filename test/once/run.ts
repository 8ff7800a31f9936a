import { toText } from '../../shared/core/money/fixed.ts';
import { type Bot, botOn, type Task } from './bot.ts';
import { cutPorts, type PortCall } from './cut.ts';
import { behind, Crash, type Fault, isCrash, Lost, type Others, strike } from './faults.ts';
import { judge, type Verdict } from './judge.ts';
import type { Scenario } from './scenario.ts';
import { openStand, type Stand, type StandPorts, toNextMinute } from './stand.ts';

export interface Strike {
  readonly fault: Fault;
  /** Which call of the scenario, from 0. */
  readonly point: number;
}

export interface RunResult {
  readonly verdict: Verdict;
  /** The calls that were made until the last step had ended. */
  readonly calls: readonly string[];
  /** How many of the faults met their call. */
  readonly struck: number;
  /** Order by order, as the exchange knows them. */
  readonly ends: readonly string[];
}

/** For a test of the tests: a bot whose ports break a promise. */
export type Sabotage = (ports: StandPorts) => StandPorts;

const RECOVERY_MINUTES = 12;
const HALT_ATTEMPTS = 3;
const PAUSE_MS = 61_000;
/** Lists that lag behind, and orders that are not found yet. */
const BEHIND_MS = 30_000;

/** One scenario on a fresh stand, the faults on its way, and the judgement after everything had the time to settle. */
export async function runOnce(
  scenario: Scenario,
  strikes: readonly Strike[] = [],
  sabotage: Sabotage = asItIs,
): Promise<RunResult> {
  const stand = openStand(scenario.options?.());
  const whole: Stand = Object.assign(stand, { ports: sabotage(stand.ports) });
  const first = botOn(whole, 'first');
  for (const step of scenario.prepare ?? []) await step(first, whole);
  const run: Run = { stand: whole, scenario, strikes, names: [], struck: 0, behindUntilMs: 0 };
  for (const step of scenario.steps) await inProcess(run, 'first', (bot) => step(bot, whole));
  const calls = [...run.names];
  await recover(run);
  return {
    verdict: await judge(whole),
    calls,
    struck: run.struck,
    ends: [...whole.venue.state.orders.values()].map(
      ({ clientOrderId, status, filledSize }) => `${clientOrderId.split('-').at(-1)} ${status} ${toText(filledSize)}`,
    ),
  };
}

function asItIs(ports: StandPorts): StandPorts {
  return ports;
}

interface Run {
  readonly stand: Stand;
  readonly scenario: Scenario;
  /** In the order of their points. */
  readonly strikes: readonly Strike[];
  /** The calls so far. */
  readonly names: string[];
  struck: number;
  /** Until then the exchange answers from before the orders of the run. */
  behindUntilMs: number;
}

/** false when the process died, or gave up on an error; whoever comes next is a fresh one. */
async function inProcess(run: Run, owner: string, task: (bot: Bot) => Promise<unknown>): Promise<boolean> {
  try {
    await task(startProcess(run, owner));
    return true;
  } catch (error) {
    if (!(error instanceof Crash) && !(error instanceof Lost)) throw error;
    const last = run.strikes[run.struck - 1];
    if (last?.fault.endsWith('queue_lost')) run.stand.messages.length = 0;
    return false;
  }
}

function startProcess(run: Run, owner: string): Bot {
  const { stand, scenario } = run;
  let task: Task | null = null;
  let isDead = false;
  const onCall = async (call: PortCall): Promise<unknown> => {
    if (isDead) throw new Crash();
    const point = run.names.push(`${call.port}.${call.method}`) - 1;
    const met = run.strikes[run.struck];
    if (met === undefined || point !== met.point) {
      return stand.nowMs < run.behindUntilMs ? behind(call) : call.proceed();
    }
    if (met.fault === 'read_behind') run.behindUntilMs = stand.nowMs + BEHIND_MS;
    run.struck += 1;
    isDead = isCrash(met.fault);
    return strike(
      met.fault,
      call,
      othersOn(stand, scenario, () => task),
    );
  };
  return botOn(stand, owner, cutPorts(stand.ports, onCall), (begun) => {
    task = begun;
  });
}

function othersOn(stand: Stand, scenario: Scenario, task: () => Task | null): Others {
  const twin = botOn(stand, 'twin');
  return {
    async repeatTask() {
      const current = task();
      if (current !== null) await twin.perform(current);
    },
    async wholeRound() {
      if (stand.kill.kind === 'killed') await twin.halt();
      await twin.cycle(scenario.twin ?? []);
      await twin.work();
    },
    pause() {
      stand.nowMs += PAUSE_MS;
    },
  };
}

/** Later minutes without anything new to buy, until nothing is on its way any more. */
async function recover(run: Run): Promise<void> {
  const { stand } = run;
  let isHalted = stand.kill.kind === 'armed';
  for (let attempt = 0; attempt < HALT_ATTEMPTS && !isHalted; attempt += 1) {
    isHalted = await inProcess(run, 'recovery', (bot) => bot.halt());
  }
  for (let minute = 0, calm = 0; minute < RECOVERY_MINUTES && calm < 2; minute += 1) {
    toNextMinute(stand);
    await inProcess(run, 'recovery', (bot) => bot.cycle([]));
    await inProcess(run, 'recovery', (bot) => bot.work());
    calm = (await isCalm(stand)) ? calm + 1 : 0;
  }
}

async function isCalm({ stores, messages, venue }: Stand): Promise<boolean> {
  const account = await stores.accounts.load();
  // What rests there unknown is looked for only every few minutes.
  const open = new Set([...venue.state.open.values()].map(({ clientOrderId }) => clientOrderId));
  const isKnown = [...open].every((id) => account?.working[id] !== undefined);
  const working = Object.values(account?.working ?? {});
  const isResting = working.every(
    ({ client_order_id: id, purpose, status }) => purpose === 'protect' && status === 'WORKING' && open.has(id),
  );
  return account !== undefined && isResting && isKnown && account.outbox.length === 0 && messages.length === 0;
}
