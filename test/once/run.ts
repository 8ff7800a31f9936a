import { toText } from '../../shared/core/money/fixed.ts';
import { botOn, type Task } from './bot.ts';
import { cutPorts, type PortCall } from './cut.ts';
import { Crash, type Fault, isCrash, Lost, type Others, strike } from './faults.ts';
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
  /** The fault met its call. */
  readonly isStruck: boolean;
  /** Order by order, as the exchange knows them. */
  readonly ends: readonly string[];
}

/** For a test of the tests: a bot whose ports break a promise. */
export type Sabotage = (ports: StandPorts) => StandPorts;

const RECOVERY_MINUTES = 9;
const PAUSE_MS = 61_000;

/** One scenario on a fresh stand, with at most one fault, and the judgement after everything had the time to settle. */
export async function runOnce(scenario: Scenario, met: Strike | null, sabotage: Sabotage = asItIs): Promise<RunResult> {
  const stand = openStand(scenario.options?.());
  const whole: Stand = Object.assign(stand, { ports: sabotage(stand.ports) });
  const first = botOn(whole, 'first');
  for (const step of scenario.prepare ?? []) await step(first, whole);
  const calls = await trade(whole, scenario, met);
  await recover(whole);
  return {
    verdict: await judge(whole),
    calls: calls.names,
    isStruck: calls.isStruck,
    ends: [...whole.venue.state.orders.values()].map(
      ({ clientOrderId, status, filledSize }) => `${clientOrderId.split('-').at(-1)} ${status} ${toText(filledSize)}`,
    ),
  };
}

function asItIs(ports: StandPorts): StandPorts {
  return ports;
}

interface Calls {
  readonly names: string[];
  isStruck: boolean;
}

/** Every step in a process; one that died, or gave up on an error, is followed by a fresh one. */
async function trade(stand: Stand, scenario: Scenario, met: Strike | null): Promise<Calls> {
  const calls: Calls = { names: [], isStruck: false };
  let process = startProcess(stand, scenario, met, calls);
  for (const step of scenario.steps) {
    try {
      await step(process, stand);
    } catch (error) {
      if (!(error instanceof Crash) && !(error instanceof Lost)) throw error;
      if (met?.fault.endsWith('queue_lost')) stand.messages.length = 0;
      process = startProcess(stand, scenario, met, calls);
    }
  }
  return calls;
}

function startProcess(stand: Stand, scenario: Scenario, met: Strike | null, calls: Calls) {
  let task: Task | null = null;
  let isDead = false;
  const onCall = async (call: PortCall): Promise<unknown> => {
    if (isDead) throw new Crash();
    const point = calls.names.push(`${call.port}.${call.method}`) - 1;
    if (met === null || calls.isStruck || point !== met.point) return call.proceed();
    calls.isStruck = true;
    isDead = isCrash(met.fault);
    return strike(
      met.fault,
      call,
      othersOn(stand, scenario, () => task),
    );
  };
  return botOn(stand, 'first', cutPorts(stand.ports, onCall), (begun) => {
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
async function recover(stand: Stand): Promise<void> {
  const bot = botOn(stand, 'recovery');
  if (stand.kill.kind === 'killed') await bot.halt();
  for (let minute = 0, calm = 0; minute < RECOVERY_MINUTES && calm < 2; minute += 1) {
    toNextMinute(stand);
    await bot.cycle([]);
    await bot.work();
    calm = (await isCalm(stand)) ? calm + 1 : 0;
  }
}

async function isCalm({ stores, messages }: Stand): Promise<boolean> {
  const account = await stores.accounts.load();
  const working = Object.values(account?.working ?? {});
  const isResting = working.every(({ purpose, status }) => purpose === 'protect' && status === 'WORKING');
  return account !== undefined && isResting && account.outbox.length === 0 && messages.length === 0;
}
