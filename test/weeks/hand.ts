import { intentMessageText } from '../../shared/adapters/sqs/intent-message.ts';
import { acceptLedger, reviewLedger } from '../../shared/app/accept-ledger.ts';
import { haltOnce, lookAfter } from '../../shared/app/halt.ts';
import { noteRotation } from '../../shared/app/key-ages.ts';
import { createMarketCache } from '../../shared/app/market-cache.ts';
import { rearmObstacles, recordRearm } from '../../shared/app/rearm.ts';
import { ONLINE } from '../../shared/core/market/product.ts';
import { toText } from '../../shared/core/money/fixed.ts';
import { KEY_PURPOSES, secretAgeVerdict } from '../../shared/core/secrets/key-age.ts';
import { changeFlags, changeFunds, requestCancel } from '../../simulator/exchange/changes.ts';
import type { Moment } from '../../simulator/exchange/exchange.ts';
import { CONFIG_COUNT, configOf, SYMBOLS } from './configs.ts';
import { EPISODES } from './episodes.ts';
import { live } from './process.ts';
import type { Weeks } from './weeks.ts';
import { BOT_ID, settingsOf } from './world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HALT_TIMEOUT_MS = 60_000;

/** Happenings by how often an hour brings them. */
const RATES: Readonly<Record<string, readonly [perHour: number, act: (weeks: Weeks) => void]>> = {
  kill: [0.05, (weeks) => kill(weeks)],
  config: [0.1, changeConfig],
  pause: [0.03, pause],
  rotate: [0.02, rotate],
  deploy: [0.02, deploy],
  late: [0.1, late],
  older: [0.012, (weeks) => setBack(weeks, 'older')],
  lost: [0.006, (weeks) => setBack(weeks, 'lost')],
  owner_trade: [0.12, ownerTrade],
  owner_order: [0.05, ownerOrder],
  owner_takes: [0.04, ownerTakes],
  money: [0.05, money],
  coins: [0.04, coins],
  flags: [0.2, flags],
  restricted: [
    0.02,
    ({ world, chance }) =>
      world.market.restrict(chance.of(world.market.listings).productId, chance.of(['size', 'price', 'least'])),
  ],
  delisted: [0.004, delist],
  episode: [
    0.25,
    (weeks) => weeks.episode(weeks.chance.of(Object.keys(EPISODES)), weeks.chance.between(2, 40) * MINUTE_MS),
  ],
  table: [0.05, (weeks) => weeks.episode('table', weeks.chance.between(1, 15) * MINUTE_MS)],
  unreadable: [0.02, (weeks) => weeks.episode('unreadable', weeks.chance.between(1, 10) * MINUTE_MS)],
  skew: [0.04, skew],
  outage: [0.008, (weeks) => weeks.episode('outage', weeks.chance.between(20, 600) * MINUTE_MS)],
  // As when another mode ran for a day: the books of this one are as they were left.
  absence: [0.002, (weeks) => weeks.episode('outage', weeks.chance.between(600, 2_000) * MINUTE_MS)],
  channel: [0.02, channel],
};

/** Nobody but the bot has a hand in an account of its own, and what is lost of a paper one is lost with its books. */
const NOT_ALONE: ReadonlySet<string> = new Set([
  ...['older', 'lost'],
  ...['owner_trade', 'owner_order', 'owner_takes', 'money', 'coins'],
]);

/** Draws what happens before the next slot. */
export function drawActs(weeks: Weeks): void {
  const { world, chance } = weeks;
  const share = (weeks.rage * world.intervalMs) / HOUR_MS;
  for (const [name, [perHour, act]] of Object.entries(RATES)) {
    if (world.isAlone && NOT_ALONE.has(name)) continue;
    if (chance.draw() >= perHour * share) continue;
    // Half of them while the cycle is at work.
    const withinMs = chance.draw() < 0.5 ? 4_000 : world.intervalMs;
    weeks.schedule(world.clock.nowMs() + chance.between(0, withinMs), () => {
      weeks.count(name);
      act(weeks);
    });
  }
}

export function kill(weeks: Weeks, mayFlatten = true): void {
  const { world, chance } = weeks;
  if (world.kill.kind === 'killed') return;
  const atMs = world.clock.nowMs();
  const flatten = mayFlatten && chance.draw() < 0.25 ? ({ flatten: true } as const) : {};
  world.kill = { kind: 'killed', reason: `pulled at ${atMs}`, atMs, ...flatten };
  weeks.killed(atMs);
  for (const afterMs of [chance.between(50, 1_900), chance.between(5_500, 6_000)]) {
    weeks.schedule(atMs + afterMs, () => weeks.background(haltAsked(weeks, 3)));
  }
  weeks.schedule(atMs + chance.between(2, 120) * MINUTE_MS, () => weeks.wantsRearm());
}

/** What the halt function does, and who repeats it. */
export async function haltAsked(weeks: Weeks, tries: number): Promise<void> {
  const { world } = weeks;
  if (world.kill.kind === 'armed') return;
  const { reason, atMs } = world.kill;
  const request = { reason, source: 'watch', ...(atMs !== undefined && { flippedAtMs: atMs }) };
  const ended = await live(weeks, HALT_TIMEOUT_MS, (ports) => haltOnce(ports, settingsOf(world, 'halt'), request));
  const isOver = ended.kind === 'done' && ended.value.remaining.length + ended.value.faults.length === 0;
  if (!isOver && tries > 1) {
    await world.clock.sleep(1_000);
    await haltAsked(weeks, tries - 1);
  }
}

export async function lookAgain(weeks: Weeks): Promise<void> {
  const { world } = weeks;
  if (world.kill.kind === 'armed') return;
  const { reason, atMs } = world.kill;
  const request = { reason, source: 'watch', ...(atMs !== undefined && { flippedAtMs: atMs }) };
  await live(weeks, HALT_TIMEOUT_MS, (ports) => lookAfter(ports, settingsOf(world, 'halt'), request));
}

/** As `trader rearm` does; null: armed. Else what stood in the way. */
export async function rearm(weeks: Weeks): Promise<readonly string[] | null> {
  const { world } = weeks;
  const ended = await live(weeks, HALT_TIMEOUT_MS, async (ports) => {
    const obstacles = await rearmObstacles(ports, await world.table.newestCycles(3));
    if (obstacles.length > 0) return obstacles;
    await recordRearm(ports, { by: 'operator', reason: 'checked', atMs: world.clock.nowMs() });
    world.kill = { kind: 'armed' };
    return null;
  });
  return ended.kind === 'done' ? ended.value : [ended.kind];
}

/** As `trader reconcile` does: looks at the difference and takes the exchange's word. */
export async function accept(weeks: Weeks): Promise<string> {
  const { world } = weeks;
  const settings = settingsOf(world, 'operator');
  const ended = await live(weeks, 120_000, async (ports) => {
    const review = await reviewLedger(ports, settings);
    if (review.kind === 'refused') return review.reason;
    if (review.code === '') return 'nothing';
    const outcome = await acceptLedger(ports, settings, review.code);
    return outcome.kind === 'refused' ? outcome.reason : 'accepted';
  });
  return ended.kind === 'done' ? ended.value : ended.kind;
}

/** Sooner or later somebody does what SECRET_AGE asks for. */
export function tendKeys(weeks: Weeks): void {
  const { world, chance } = weeks;
  const { status } = secretAgeVerdict(world.keysChangedMs, world.clock.nowMs());
  if (status !== 'fresh' && chance.draw() < 0.03) rotate(weeks);
}

/** The event of a new key is noted at once; the daily look finds it as well. */
function rotate(weeks: Weeks): void {
  const { world } = weeks;
  world.rotateKey();
  const at_ms = world.clock.nowMs();
  const noted = live(weeks, HALT_TIMEOUT_MS, async ({ facts }) => {
    for (const purpose of KEY_PURPOSES) await noteRotation(facts, { at_ms, purpose, version_id: String(at_ms) });
  });
  weeks.background(noted.then(() => undefined));
}

/** New code with the same books, or the one before again; what the last one has sent is under way, and some of it comes twice. */
function deploy(weeks: Weeks): void {
  const { world, chance } = weeks;
  const isRolledBack = world.deploys > 0 && chance.draw() < 0.3;
  world.deploys += isRolledBack ? -1 : 1;
  world.cache = createMarketCache();
  for (let again = 0; again < 3; again += 1) late(weeks);
}

/** A message comes once more after the queue has forgotten it, and mostly long after its order's time. */
function late({ world, chance }: Weeks): void {
  if (world.sent.length === 0) return;
  const deduplicationId = `late-${world.clock.nowMs()}-${chance.draw()}`;
  world.queue.send(intentMessageText(chance.of(world.sent)), { groupId: BOT_ID, deduplicationId });
}

/** As the runbook says: the switch first, then the table, then a look at the books, and the switch again. */
function setBack(weeks: Weeks, kind: 'older' | 'lost'): void {
  if (weeks.world.kill.kind === 'killed') return;
  kill(weeks, false);
  weeks.wantsRestore(kind);
}

function changeConfig({ world, chance }: Weeks): void {
  world.config = configOf(
    chance.draw() < 0.4 ? 0 : Math.floor(chance.draw() * CONFIG_COUNT),
    world.interval,
    world.mode,
  );
}

function pause(weeks: Weeks): void {
  const { world, chance } = weeks;
  if (world.refusal !== null || world.mode === 'PAPER') return;
  world.refusal = 'an operator has paused it';
  weeks.paused(world.clock.nowMs());
  weeks.schedule(world.clock.nowMs() + chance.between(5, 90) * MINUTE_MS, () => {
    world.refusal = null;
  });
}

function skew(weeks: Weeks): void {
  const { world, chance } = weeks;
  weeks.episode('skew', chance.between(1, 15) * MINUTE_MS);
  world.skewMs = Math.round((chance.draw() < 0.5 ? -1 : 1) * (100 + 5_000 * chance.draw()));
}

function channel(weeks: Weeks): void {
  weeks.world.isChannelDown = true;
  weeks.episode('channel', weeks.chance.between(1, 20) * MINUTE_MS);
}

const CALM_MOMENT = (nowMs: number): Moment => ({ nowMs, flagOverrides: () => ({}), failOrder: null });

/** A market order by hand: of money, or of coins that may be the bot's. */
function ownerTrade(weeks: Weeks): void {
  const { world, chance } = weeks;
  const listing = chance.of(world.market.listings);
  const { exchange } = world.near;
  const isBuy = chance.draw() < 0.5;
  const there = exchange.available(listing.base) as bigint;
  const size = there / BigInt(Math.round(chance.between(1, 5)));
  const inSteps = size - (size % (listing.baseIncrement as bigint));
  const configuration = isBuy
    ? { market_market_ioc: { quote_size: chance.between(20, 400).toFixed(2) } }
    : { market_market_ioc: { base_size: toText(inSteps as typeof listing.baseIncrement) } };
  place(weeks, listing.productId, isBuy ? 'BUY' : 'SELL', configuration);
}

function ownerOrder(weeks: Weeks): void {
  const { world, chance } = weeks;
  const listing = chance.of(world.market.listings);
  const quote = world.market.quote(listing.productId, world.clock.nowMs());
  if (quote === null) return;
  const far = ((quote.bid as bigint) * 97n) / 100n;
  const price = (far - (far % (listing.priceIncrement as bigint))) as typeof quote.bid;
  if (price <= 0n) return;
  const raw = (100n * 10n ** 24n) / (price as bigint);
  const size = (raw - (raw % (listing.baseIncrement as bigint))) as typeof listing.baseIncrement;
  place(weeks, listing.productId, 'BUY', {
    limit_limit_gtc: { base_size: toText(size), limit_price: toText(price), post_only: true },
  });
}

function place(weeks: Weeks, productId: string, side: 'BUY' | 'SELL', configuration: object): void {
  const { world } = weeks;
  const nowMs = world.clock.nowMs();
  world.near.exchange.advance(nowMs);

  const placed = world.near.exchange.place(
    {
      clientOrderId: `owner-${nowMs}-${Math.floor(weeks.chance.draw() * 1e6)}`,
      productId,
      side,
      configuration: configuration as never,
      attachedConfiguration: null,
    },
    CALM_MOMENT(nowMs),
  );
  weeks.count(placed.kind === 'accepted' ? 'owner_placed' : 'owner_refused');
}

/** The owner cancels what the bot has resting, and may sell the coins behind it. */
function ownerTakes(weeks: Weeks): void {
  const { world, chance } = weeks;
  const nowMs = world.clock.nowMs();
  const { exchange } = world.near;
  exchange.advance(nowMs);
  const open = [...exchange.state.open.values()].filter(({ clientOrderId }) => clientOrderId.startsWith(`${BOT_ID}-`));
  if (open.length === 0) return;
  const order = chance.of(open);
  requestCancel(exchange, order.orderId, nowMs, 0);
  if (order.side === 'BUY' || chance.draw() < 0.5) return;
  const listing = exchange.listing(order.productId);
  if (listing === undefined) return;
  const there = exchange.available(listing.base) as bigint;
  const size = (there - (there % (listing.baseIncrement as bigint))) as typeof listing.baseIncrement;
  if (size > 0n) place(weeks, order.productId, 'SELL', { market_market_ioc: { base_size: toText(size) } });
}

function money({ world, chance }: Weeks): void {
  const amount = chance.between(50, 3_000).toFixed(2);
  const nowMs = world.clock.nowMs();
  const isOut = chance.draw() < 0.5;
  const there = Number(toText(world.near.exchange.available('USD') as never));
  if (isOut && there < Number(amount) * 2) return;
  changeFunds(world.near.exchange, 'USD', isOut ? `-${amount}` : amount, nowMs);
}

function coins({ world, chance }: Weeks): void {
  const base = chance.of(SYMBOLS);
  const nowMs = world.clock.nowMs();
  const there = world.near.exchange.available(base) as bigint;
  if (chance.draw() < 0.5 && there > 0n) {
    changeFunds(world.near.exchange, base, `-${toText((there / 3n + 1n) as never)}`, nowMs);
  } else changeFunds(world.near.exchange, base, chance.between(1, 50).toFixed(4), nowMs);
}

const KINDS = [
  { tradingDisabled: true },
  { cancelOnly: true },
  { postOnly: true },
  { limitOnly: true },
  { auctionMode: true },
  { viewOnly: true },
  { isDisabled: true },
  { status: 'delisted', tradingDisabled: true },
] as const;

function flags(weeks: Weeks): void {
  const { world, chance } = weeks;
  const { productId } = chance.of(world.market.listings);
  const { exchange } = world.near;
  changeFlags(exchange, productId, chance.of(KINDS), world.clock.nowMs());
  weeks.schedule(world.clock.nowMs() + chance.between(1, 300) * MINUTE_MS, () =>
    changeFlags(exchange, productId, ONLINE, world.clock.nowMs()),
  );
}

/** For good: what rests there is ended by the exchange. */
function delist({ world, chance }: Weeks): void {
  const { productId } = chance.of(world.market.listings);
  if (productId === 'BTC-USD' || world.market.listings.length < 7) return;
  const nowMs = world.clock.nowMs();
  const { exchange } = world.near;
  exchange.advance(nowMs);
  for (const order of [...exchange.state.open.values()]) {
    if (order.productId === productId) requestCancel(exchange, order.orderId, nowMs, 0);
  }
  changeFlags(exchange, productId, { status: 'delisted', isDisabled: true, tradingDisabled: true }, nowMs);
  world.market.delist(productId);
}

/** Everything as it should be, for the end. */
export function setRight(weeks: Weeks): void {
  const { world } = weeks;
  world.skewMs = 0;
  world.refusal = null;
  world.isChannelDown = false;
  const nowMs = world.clock.nowMs();
  // Keys that are too old let nothing trade, whoever else is well.
  rotate(weeks);
  for (const { productId } of world.market.listings) changeFlags(world.near.exchange, productId, ONLINE, nowMs);
}
