import type { AlertDesk } from '../../shared/adapters/alerts/alert-desk.ts';
import { parseEscalationStep } from '../../shared/adapters/sqs/escalation-queue.ts';
import { parseIntentMessage } from '../../shared/adapters/sqs/intent-message.ts';
import { createMarketCache } from '../../shared/app/market-cache.ts';
import { placeOrder } from '../../shared/app/place-order.ts';
import { runCycle } from '../../shared/app/run-cycle.ts';
import { streamOf, textKey } from '../../simulator/market/random.ts';
import type { Break } from './break.ts';
import { type Chance, chanceOf } from './chance.ts';
import { type BarInterval, CLOSING, configOf } from './configs.ts';
import { EPISODES, GOOD_DAY } from './episodes.ts';
import { accept, drawActs, haltAsked, kill, lookAgain, rearm, setRight, tendKeys } from './hand.ts';
import { hygiene } from './hygiene.ts';
import { greedy, type Plant, sabotaged } from './plants.ts';
import { type Ended, live } from './process.ts';
import { judgeStanding, rehearsalOf } from './standing.ts';
import type { RequestFault, TableKind } from './table.ts';
import { verdictOf } from './verdict.ts';
import { type Watcher, watcher } from './watch.ts';
import { openWorld, START_MS, settingsOf, type WeeksMode, type World } from './world.ts';

export interface WeeksOptions {
  readonly seed: number;
  readonly days: number;
  readonly interval: BarInterval;
  readonly plant?: Plant;
  /** How many times as often as usual everything happens. */
  readonly rage?: number;
  readonly table?: TableKind;
  readonly mode?: WeeksMode;
  /** Nobody but the bot has a hand in its account, and its table is never set back: as always in PAPER. */
  readonly alone?: boolean;
  readonly onProgress?: (cycles: number) => void;
}

export interface WeeksResult {
  readonly breaks: readonly Break[];
  /** How often what happened, and the largest sizes seen. */
  readonly figures: Readonly<Record<string, number>>;
}

/** A run as those see it who take part in it. */
export interface Weeks {
  readonly world: World;
  readonly chance: Chance;
  readonly plant: Plant;
  readonly rage: number;
  readonly watch: Watcher;
  isCalm(): boolean;
  count(what: string): void;
  report(kind: Break['kind'], detail: string): void;
  /** Not calm: something of ours has disturbed the bot just now. */
  disturbed(): void;
  schedule(atMs: number, act: () => void): void;
  runDue(): void;
  /** Begins beside what is under way, and is waited for before the minute ends. */
  background(work: Promise<void>): void;
  episode(name: string, forMs: number): void;
  /** Pulls the switch. */
  pull(): void;
  killed(atMs: number): void;
  paused(atMs: number): void;
  wantsRearm(): void;
  /** With the end of this minute the table is one of an hour ago, or an empty one. */
  wantsRestore(kind: 'older' | 'lost'): void;
  /** Whether a request to the table has failed since this was asked last. */
  isTableStruck(): boolean;
}

const CYCLE_TIMEOUT_MS = 50_000;
const WORKER_TIMEOUT_MS = 30_000;
const DAY_MS = 86_400_000;
const HALF_HOUR_MS = 1_800_000;
const CHANCE = { missed: 0.01, late: 0.02, twice: 0.02, overlap: 0.2, repeated: 0.03 } as const;
/** The bot is given so many cycles to settle, of which it must be quiet in the last. */
const CLOSING_CYCLES = 40;
const EVEN_CYCLES = 4;
const CALM_AFTER_MS = 10 * 60_000;

export async function runWeeks(options: WeeksOptions): Promise<WeeksResult> {
  const run = await open(options);
  const { weeks, world } = run;
  const cycles = Math.round((options.days * DAY_MS) / world.intervalMs);
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    await minute(run);
    options.onProgress?.(cycle + 1);
  }
  run.isClosing = true;
  run.acts.splice(0);
  run.episodes.clear();
  weeks.episode('quiet', Number.MAX_SAFE_INTEGER);
  setRight(weeks);
  run.restore = null;
  await hygiene(weeks);
  world.config = configOf(CLOSING, world.interval, world.mode);
  run.rearms = true;
  // What the owner left resting may still fill: the operator stays until that is in the books, and told to be over.
  let even = 0;
  for (let cycle = 0; cycle < CLOSING_CYCLES || (even < EVEN_CYCLES && cycle < 2 * CLOSING_CYCLES); cycle += 1) {
    await minute(run);
    even = weeks.watch.isUnbalanced() ? 0 : even + 1;
    if (cycle % 8 === 7 && world.mode === 'LIVE') weeks.count(`accept: ${await accept(weeks)}`);
  }
  const breaks = [...run.breaks, ...(await verdictOf(world))];
  await world.table.close();
  return { breaks, figures: { ...run.figures, ...weeks.watch.sizes() } };
}

interface Run {
  readonly weeks: Weeks;
  readonly world: World;
  readonly acts: { readonly atMs: number; readonly act: () => void }[];
  readonly episodes: Map<string, number>;
  readonly breaks: Break[];
  readonly figures: Record<string, number>;
  readonly pending: Set<Promise<void>>;
  isClosing: boolean;
  rearms: boolean;
  calmFromMs: number;
  isTableStruck: boolean;
  restore: 'older' | 'lost' | null;
  isUnlooked: boolean;
  /** Ways back to the table as it was, oldest first. */
  readonly kept: { readonly atMs: number; readonly back: () => Promise<void> }[];
}

async function open({
  seed,
  days,
  interval,
  plant = 'none',
  rage = 1,
  table = 'memory',
  mode = 'LIVE',
  alone = false,
}: WeeksOptions): Promise<Run> {
  let run: Run | undefined;
  const requests = streamOf(seed, textKey('weeks'), textKey('requests')).next;
  const world = await openWorld({
    mode,
    isAlone: alone || mode === 'PAPER',
    seed,
    days,
    interval,
    table,
    requestFault() {
      const fault = run === undefined || isOn('quiet') ? 'none' : requestFaultOf(requests(), isOn('table'));
      if (fault !== 'none' && run !== undefined) run.isTableStruck = true;
      return fault;
    },
    onEvent: (event) => run?.weeks?.watch.event(event),
  });
  const isOn = (name: string) => (started.episodes.get(name) ?? 0) > world.clock.nowMs();
  const count = (what: string) => {
    started.figures[what] = (started.figures[what] ?? 0) + 1;
  };
  const started: { -readonly [Key in keyof Run]: Run[Key] } = {
    world,
    acts: [],
    episodes: new Map(),
    breaks: [],
    figures: {},
    pending: new Set(),
    isClosing: false,
    rearms: false,
    calmFromMs: 0,
    isTableStruck: false,
    restore: null,
    isUnlooked: false,
    kept: [],
    weeks: undefined as unknown as Weeks,
  };
  const disturbed = () => {
    started.calmFromMs = Math.max(started.calmFromMs, world.clock.nowMs() + CALM_AFTER_MS);
  };
  const weeks: Omit<Weeks, 'watch'> = {
    world,
    plant,
    rage,
    chance: chanceOf(world.random, isOn, rage),
    isCalm: () => world.clock.nowMs() >= started.calmFromMs,
    count,
    report(kind, detail) {
      count(`break ${kind}`);
      started.breaks.push({ kind, detail, at: new Date(world.clock.nowMs()).toISOString() });
    },
    disturbed,
    schedule(atMs, act) {
      started.acts.push({ atMs: Math.round(atMs), act });
      started.acts.sort((a, b) => a.atMs - b.atMs);
    },
    runDue() {
      for (let next = started.acts[0]; next !== undefined && next.atMs <= world.clock.nowMs(); next = started.acts[0]) {
        started.acts.shift();
        next.act();
      }
    },
    background(work) {
      const tracked: Promise<void> = work.finally(() => void started.pending.delete(tracked));
      started.pending.add(tracked);
    },
    episode(name, forMs) {
      const untilMs = Math.max(started.episodes.get(name) ?? 0, world.clock.nowMs() + forMs);
      started.episodes.set(name, untilMs);
      count(`episode ${name}`);
      weatherOf(started);
      if (name !== 'quiet') started.calmFromMs = Math.max(started.calmFromMs, untilMs + CALM_AFTER_MS);
    },
    pull: () => kill(started.weeks),
    killed: (atMs) => started.weeks.watch.killed(atMs),
    paused: (atMs) => started.weeks.watch.paused(atMs),
    wantsRearm() {
      started.rearms = true;
    },
    wantsRestore(kind) {
      started.restore = kind;
    },
    isTableStruck() {
      const was = started.isTableStruck;
      started.isTableStruck = false;
      return was;
    },
  };
  started.weeks = {
    ...weeks,
    watch: watcher(world, weeks.report, count, weeks.isCalm),
  };
  weatherOf(started);
  run = started;
  return started;
}

/** The faults of all episodes that are on. */
function weatherOf({ world, episodes }: Pick<Run, 'world' | 'episodes'>): void {
  const on = [...episodes].filter(([, untilMs]) => untilMs > world.clock.nowMs()).map(([name]) => name);
  const good = on.includes('quiet') ? [] : GOOD_DAY;
  world.near.faults.setRules([...good, ...on.flatMap((name) => EPISODES[name] ?? [])]);
}

async function minute(run: Run): Promise<void> {
  const { weeks, world, episodes } = run;
  const slotMs = (Math.floor(world.clock.nowMs() / world.intervalMs) + 1) * world.intervalMs;
  await passTo(run, slotMs);
  ended(run);
  if (!run.isClosing) drawActs(weeks);
  weeks.count('slots');
  const ticks = ticksOf(run);
  const isMissed = (episodes.get('outage') ?? 0) > world.clock.nowMs() || ticks.count === 0;
  if (!isMissed) {
    await passTo(run, slotMs + ticks.lateMs);
    const works = Array.from({ length: ticks.count }, () => cycle(run, slotMs));
    if (!run.isClosing && weeks.chance.draw() < CHANCE.overlap) works.push(work(run));
    await Promise.all(works);
  }
  await work(run);
  await settled(run);
  // What a worker left in the queue comes again after its time-out.
  if (world.queue.size() > 0) {
    await passTo(run, Math.min(slotMs + world.intervalMs - 1_000, world.clock.nowMs() + 181_000));
    await work(run);
  }
  await operate(run, slotMs);
  await settled(run);
  await tend(run, slotMs);
  await judgeStanding(weeks);
  await weeks.watch.minuteEnded();
}

/** What is done to the table as a whole, and the daily look. */
async function tend(run: Run, slotMs: number): Promise<void> {
  const { weeks, world, kept } = run;
  if (slotMs % HOUR_MS === 0) kept.push({ atMs: slotMs, back: await world.table.keep() });
  if (kept.length > 3) kept.shift();
  if (slotMs % DAY_MS === DAILY_AT_MS || slotMs === START_MS + world.intervalMs) await hygiene(weeks);
  if (run.isUnlooked) run.isUnlooked = !(await hygiene(weeks));
  if (run.restore === null || world.kill.kind === 'armed') return;
  // The switch has been pulled for a while: nothing of the bot is at work.
  if (world.clock.nowMs() < (world.kill.atMs ?? 0) + 30_000) return;
  await restore(run, run.restore);
  run.restore = null;
}

/** Nothing may be ordered twice for it, and nothing that is held forgotten. */
async function restore(run: Run, kind: 'older' | 'lost'): Promise<void> {
  const { kept, weeks, world } = run;
  const from = kept.findLast(({ atMs }) => atMs <= world.clock.nowMs() - HOUR_MS);
  if (kind === 'older' && from === undefined) return;
  weeks.count(`restored ${kind}`);
  await (kind === 'lost' ? world.table.lose() : from?.back());
  world.account = await world.table.stores.accounts.load();
  // In an empty table nobody has looked at the keys: LIVE is refused until an operator has had it done. One of an hour ago may be empty, too.
  if (world.account === undefined) {
    run.isUnlooked = true;
    world.lostAtMs = world.clock.nowMs();
  }
  await rereadRecords(world);
  kept.length = 0;
  weeks.episode('restored', CALM_AFTER_MS);
}

async function rereadRecords(world: World): Promise<void> {
  const { orders } = world.table.stores;
  for (const [id, record] of [...world.records]) {
    const there = await orders.find(id);
    if (record.terms !== null && there?.version !== record.version) world.forgotten.set(id, record);
    if (there === undefined) world.records.delete(id);
    else world.records.set(id, there);
  }
}

const DAILY_AT_MS = 1_800_000;
const HOUR_MS = 3_600_000;
const REQUESTS = { usual: 0.001, bad: 0.1 } as const;

function requestFaultOf(draw: number, isBad: boolean): RequestFault {
  const share = isBad ? REQUESTS.bad : REQUESTS.usual;
  if (draw >= share) return 'none';
  const nth = Math.floor((3 * draw) / share);
  return (['throttled', 'conflict', 'lost'] as const)[nth] ?? 'lost';
}

/** What the schedule makes of a slot: one tick a little late, none, one much later, or two. */
function ticksOf({ isClosing, weeks: { chance }, world }: Run): { readonly count: number; readonly lateMs: number } {
  const usualMs = chance.between(100, 3_000);
  const draw = chance.draw();
  if (isClosing || draw > CHANCE.missed + CHANCE.late + CHANCE.twice) return { count: 1, lateMs: usualMs };
  if (draw < CHANCE.missed) return { count: 0, lateMs: 0 };
  if (draw < CHANCE.missed + CHANCE.late) return { count: 1, lateMs: chance.between(0.1, 0.9) * world.intervalMs };
  return { count: 2, lateMs: usualMs };
}

/** Lets time pass, and everything happen that falls into it. */
async function passTo(run: Run, atMs: number): Promise<void> {
  const { world, weeks } = run;
  for (let next = run.acts[0]; next !== undefined && next.atMs <= atMs; next = run.acts[0]) {
    world.clock.advanceTo(next.atMs);
    weeks.runDue();
    await settled(run);
  }
  world.clock.advanceTo(Math.round(atMs));
}

async function settled({ pending }: Run): Promise<void> {
  while (pending.size > 0) await Promise.all([...pending]);
}

function ended(run: Run): void {
  const { world, episodes } = run;
  for (const [name, untilMs] of episodes) {
    if (untilMs > world.clock.nowMs()) continue;
    episodes.delete(name);
    if (name === 'skew') world.skewMs = 0;
    if (name === 'channel') world.isChannelDown = false;
  }
  weatherOf(run);
}

async function cycle(run: Run, slotMs: number): Promise<void> {
  const { weeks, world } = run;
  const owner = `owner-${weeks.chance.draw()}`;
  weeks.watch.cycleBegins(slotMs);
  const settings = greedy(weeks.plant, settingsOf(world, owner));
  const ended = await live(weeks, CYCLE_TIMEOUT_MS, async (ports) => {
    const rehearsed = await rehearsalOf(weeks, ports).open(sabotaged(weeks.plant, ports), settings);
    const report = await runCycle(rehearsed.ports, rehearsed.settings, { slotMs });
    await rehearsed.note(report);
    return report;
  });

  // A container that died takes its memory with it.
  if (ended.kind !== 'done') world.cache = createMarketCache();
  if (ended.kind === 'done') {
    weeks.count(`cycle ${ended.value.kind}`);
    weeks.watch.cycleEnded(ended.value);
  } else weeks.count(`cycle ${ended.kind}`);
}

/** As the event source does: one message at a time, until nothing is visible. */
async function work(run: Run): Promise<void> {
  const { weeks, world } = run;
  for (let delivery = world.queue.receive(); delivery !== undefined; delivery = world.queue.receive()) {
    const message = parseIntentMessage(delivery.body);
    const place = () =>
      live(weeks, WORKER_TIMEOUT_MS, (ports) =>
        placeOrder(sabotaged(weeks.plant, ports), settingsOf(world, 'worker'), message),
      );
    const isRepeated = !run.isClosing && weeks.chance.draw() < CHANCE.repeated;
    const ends = isRepeated ? await Promise.all([place(), place()]) : [await place()];
    for (const end of ends) weeks.count(`place ${wordOf(end)}`);
    if (ends[0]?.kind === 'done') world.queue.acknowledge(delivery.receiptHandle);
  }
}

function wordOf(end: Ended<{ readonly kind: string }>): string {
  return end.kind === 'done' ? end.value.kind : end.kind;
}

/** What comes by itself, and what an operator does about it. */
async function operate(run: Run, slotMs: number): Promise<void> {
  const { weeks, world } = run;
  if (world.kill.kind === 'killed') await lookAgain(weeks);
  if (run.rearms && world.kill.kind === 'killed') run.rearms = !(await rearmed(weeks));
  await escalate(run);
  if (Math.floor(slotMs / world.intervalMs) % Math.round(HALF_HOUR_MS / world.intervalMs) !== 0) return;
  const isFrozen = Object.keys(world.account?.frozen ?? {}).length > 0;
  if (world.mode === 'LIVE' && (isFrozen || weeks.watch.isUnbalanced()))
    weeks.count(`accept: ${(await accept(weeks)).slice(0, 30)}`);
  tendKeys(weeks);
  world.deleted = world.queue.deadLetters().length;
}

async function rearmed(weeks: Weeks): Promise<boolean> {
  const obstacles = await rearm(weeks);
  const isUnhalted = obstacles?.some((words) => /halt is not complete|no halt|earlier pull/.test(words)) === true;
  if (isUnhalted) await haltAsked(weeks, 1);
  return obstacles === null;
}

async function escalate(run: Run): Promise<void> {
  const { weeks, world } = run;
  for (const body of world.later.takeDue()) {
    const step = parseEscalationStep(body);
    const ended = await live(weeks, 15_000, async ({ notifier }) => (notifier as AlertDesk).escalate(step));
    if (ended.kind !== 'done') await world.later.putAside(step, 10_000);
  }
}
