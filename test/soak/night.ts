import { readFileSync } from 'node:fs';
import { placeOrder } from '../../shared/app/place-order.ts';
import type { CyclePorts } from '../../shared/app/ports.ts';
import { decideWith } from '../../shared/app/testing/pipeline.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import type { ApprovedOrder } from '../../shared/core/risk/approved-order.ts';
import type { IntentMessage } from '../../shared/ports/intent-queue.ts';
import type { ExchangeEvent } from '../../simulator/exchange/events.ts';
import { type Figures, figuresOf, type Happened } from './figures.ts';
import { closingIntents, drawIntents } from './intents.ts';
import { type Break, intentsOf, judge } from './judge.ts';
import { type Plant, planted } from './planted.ts';
import { Killed, processPorts } from './process.ts';
import { stormRules } from './storm.ts';
import { type Turnstile, turnstile } from './turnstile.ts';
import { openWorld, type SoakWorld, START_MS, type WorldOptions } from './world.ts';

const MINUTE_MS = 60_000;
/** The storm goes on while the positions are sold; then it is over and every doubt has the time to settle. */
const STORMY_END_MINUTES = 6;
const LONGEST_END_MINUTES = 60;
const CHANCE = { kill: 0.12, twice: 0.08, twin: 0.08, overlap: 0.25, flip: 0.08 } as const;
/** Where a process may die, in calls of its ports: beyond the last one it lives. */
const LONGEST_LIFE = 45;
const MAX_RECEIVES = 3;

export interface NightOptions extends WorldOptions {
  readonly intents: number;
  readonly plant?: Plant;
  readonly onProgress?: (intents: number) => void;
}

export interface NightResult {
  readonly figures: Figures;
  readonly breaks: readonly Break[];
}

/** What goes on in one run. */
interface Night {
  readonly world: SoakWorld;
  readonly ports: CyclePorts;
  readonly turns: Turnstile;
  readonly random: () => number;
  readonly reserved: Set<string>;
  readonly received: Map<string, number>;
  readonly happened: Happened;
  readonly decide: (account: Account, slotMs: number) => readonly ApprovedOrder[];
}

/** One bot against one exchange through a storm of faults, until its last intent has ended; then both are compared. */
export async function runNight(options: NightOptions): Promise<NightResult> {
  const world = await openWorld(options);
  try {
    const night = nightOf(world, options.plant ?? 'none');
    await minute({ ...night, decide: () => [] });
    world.simulator.admin.setFaults(stormRules());
    while (intentsOf(night.reserved).size < options.intents) {
      await minute(night);
      options.onProgress?.(intentsOf(night.reserved).size);
    }
    await end(night);
    return await verdict(night);
  } finally {
    await world.close();
  }
}

function nightOf(world: SoakWorld, plant: Plant): Night {
  const reserved = new Set<string>();
  const draw = world.random('intents');
  const accounts: CyclePorts['accounts'] = {
    load: world.ports.accounts.load,
    async save(next) {
      const answer = await world.ports.accounts.save(next);
      if (answer === 'saved') for (const id of Object.keys(next.working)) reserved.add(id);
      return answer;
    },
  };
  return {
    world,
    ports: planted({ ...world.ports, accounts }, plant),
    turns: turnstile(world.random('turns')),
    random: world.random('night'),
    reserved,
    received: new Map(),
    happened: { kills: 0, repeats: 0, twins: 0, minutes: 0 },
    decide: (account, slotMs) => drawIntents(account, world.market, slotMs, draw),
  };
}

async function end(night: Night): Promise<void> {
  const { world } = night;
  const draw = world.random('closing');
  const closing: Night = {
    ...night,
    decide: (account, slotMs) => closingIntents(account, world.market, slotMs, draw),
  };
  for (let past = 0; past < LONGEST_END_MINUTES; past += 1) {
    if (past === STORMY_END_MINUTES) world.simulator.admin.setFaults([]);
    await minute(closing);
    if (past > STORMY_END_MINUTES && (await isQuiet(closing))) return;
  }
}

async function isQuiet({ world, decide }: Night): Promise<boolean> {
  const account = await world.ports.accounts.load();
  if (account === undefined || world.messages.length > 0) return false;
  const isIdle = Object.keys(account.working).length === 0 && account.outbox.length === 0;
  return isIdle && decide(account, nextSlotMs(world)).length === 0;
}

function nextSlotMs({ clock }: SoakWorld): number {
  return Math.ceil((clock.nowMs() + 1) / MINUTE_MS) * MINUTE_MS;
}

/** A tick and what the queue brings, now and then side by side. */
async function minute(night: Night): Promise<void> {
  const { world, random, happened } = night;
  const slotMs = Math.max(nextSlotMs(world), START_MS);
  world.clock.advanceTo(slotMs);
  flipFlags(night);
  happened.minutes += 1;
  if (random() < CHANCE.overlap) await Promise.all([cycle(night, slotMs), work(night)]);
  else await cycle(night, slotMs);
  await work(night);
}

function flipFlags({ world, random }: Night): void {
  for (const { productId } of world.market.listings) {
    const draw = random();
    if (draw > CHANCE.flip) continue;
    const isOn = draw < CHANCE.flip / 8;
    const kind = (['tradingDisabled', 'cancelOnly', 'postOnly', 'limitOnly'] as const)[Math.floor(random() * 4)];
    const open = { tradingDisabled: false, cancelOnly: false, postOnly: false, limitOnly: false };
    world.simulator.admin.setFlags(productId, isOn && kind !== undefined ? { ...open, [kind]: true } : open);
  }
}

/** One process from start to end, or to its death. */
async function live(night: Night, run: (ports: CyclePorts) => Promise<unknown>): Promise<'lived' | 'died'> {
  const { random, ports, turns, happened } = night;
  const diesAt = random() < CHANCE.kill ? 1 + Math.floor(random() * LONGEST_LIFE) : null;
  const moment = random() < 0.5 ? 'before' : 'after';
  try {
    await run(processPorts(ports, turns, { diesAt, moment }));
    return 'lived';
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    happened.kills += 1;
    return 'died';
  }
}

async function cycle(night: Night, slotMs: number): Promise<void> {
  const { settings } = night.world;
  await live(night, async (ports) => {
    const lease = await ports.lease.acquire(settings.owner, settings.leaseTtlMs, ports.clock.nowMs());
    if (lease.kind === 'busy') return;
    await decideWith(ports, settings, (account) => night.decide(account, slotMs), lease.fence);
    await ports.lease.release(lease.fence);
  });
}

/** Hands out every message that is there: as a queue does, at least once. */
async function work(night: Night): Promise<void> {
  const again: IntentMessage[] = [];
  const { messages } = night.world;
  for (let message = messages.shift(); message !== undefined; message = messages.shift()) {
    const isDone = await deliver(night, message);
    const times = (night.received.get(message.client_order_id) ?? 0) + 1;
    night.received.set(message.client_order_id, times);
    // What was given up by the queue is found by the next cycle.
    if (!isDone && times < MAX_RECEIVES) (night.random() < 0.5 ? messages : again).push(message);
  }
  messages.push(...again);
}

async function deliver(night: Night, message: IntentMessage): Promise<boolean> {
  const { random, happened, world } = night;
  const worker = () => live(night, (ports) => placeOrder(ports, world.settings, message));
  const draw = random();
  if (draw < CHANCE.twin) {
    happened.twins += 1;
    const ends = await Promise.all([worker(), worker()]);
    return ends.includes('lived');
  }
  const isDone = (await worker()) === 'lived';
  if (draw > CHANCE.twin + CHANCE.twice) return isDone;
  happened.repeats += 1;
  await worker();
  return isDone;
}

async function verdict({ world, reserved, happened }: Night): Promise<NightResult> {
  const account = await world.ports.accounts.load();
  if (account === undefined) throw new Error('the bot never opened its books');
  const { orders: records } = await world.ports.orders.list({ fromSlotMs: 0, toSlotMs: Number.POSITIVE_INFINITY });
  const journal = journalOf(world.journalPath);
  const balances = world.simulator.admin.balances();
  const requests = world.simulator.admin.requestLog();
  const breaks = judge({ journal, balances, account, records, reserved });
  return { figures: figuresOf({ journal, records, reserved, happened, requests }), breaks };
}

function journalOf(path: string): readonly ExchangeEvent[] {
  const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.flatMap((line) => JSON.parse(line) as readonly ExchangeEvent[]);
}
