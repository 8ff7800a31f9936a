import type { Exchange } from '../../shared/ports/exchange.ts';
import { breakout, configOf } from '../core/world.ts';
import { BTC, buy, ETH, exit, protect, type Scenario, type Step, tick, work } from './scenario.ts';
import { type Stand, toNextMinute } from './stand.ts';

const nextMinute: Step = async (_bot, stand) => toNextMinute(stand);
const maker = (ttlMs: number, fallback: 'taker' | 'none', repricesLeft = 0) =>
  ({ kind: 'maker', ttl_ms: ttlMs, ticks_away: 0, reprices_left: repricesLeft, fallback }) as const;
const entered: readonly Step[] = [tick((stand) => [buy(stand, 'e1', '0.5')]), work, nextMinute];
const protectedEntry: readonly Step[] = [
  ...entered,
  tick((stand, account) => protect(stand, account, 'p1')),
  work,
  nextMinute,
];
const LOSSES = { gates: [{ gate: 'daily_stop', reason: '3 % since the day began' }] };
const dipAt = (minute: number) => ({ [minute]: { low: 98 } });

/** Every way in which an intent comes to its end. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'taker_entry',
    about: 'two coins bought at once in one cycle',
    steps: [tick((stand) => [buy(stand, 'e1', '0.5'), buy(stand, 'e2', '2', { product: ETH })]), work],
    ends: ['e1 FILLED 0.5', 'e2 FILLED 2'],
  },
  {
    name: 'decided_entry',
    about: 'a tick, decide() itself, and the worker',
    options: () => ({ config: configOf(), closesBefore: breakout(60, 103) }),
    twin: 'decided',
    steps: [(bot) => bot.cycle('decided'), work],
    ends: ['e1 FILLED', 'e1 FILLED'],
  },
  {
    name: 'maker_filled',
    about: 'an entry rests and fills in a later minute',
    options: () => ({ script: dipAt(1) }),
    steps: [
      tick((stand) => [buy(stand, 'e1', '0.5', { route: maker(170_000, 'none') })]),
      work,
      nextMinute,
      nextMinute,
      tick(),
      work,
    ],
    ends: ['e1 FILLED 0.5'],
  },
  {
    name: 'maker_expires_to_taker',
    about: 'an entry rests, runs out of time, rests again and is taken in the end',
    steps: [
      tick((stand) => [buy(stand, 'e1', '0.5', { route: maker(20_000, 'taker', 1), expected: '120' })]),
      work,
      nextMinute,
      tick(),
      work,
      nextMinute,
      tick(),
      work,
    ],
    ends: ['e1 EXPIRED 0', 'e1r1 EXPIRED 0', 'e1r2 FILLED 0.5'],
  },
  {
    name: 'post_only_refused',
    about: 'the market moved into a resting entry: refused, and sent again behind the touch',
    options: () => ({ script: dipAt(1), exchange: crossingOnce() }),
    steps: [
      tick((stand) => [buy(stand, 'e1', '0.5', { route: maker(170_000, 'none', 2) })]),
      work,
      nextMinute,
      nextMinute,
      tick(),
      work,
    ],
    ends: ['e1r1 FILLED 0.5'],
  },
  {
    name: 'stop_exit_over_protection',
    about: 'protection is placed; then a stop sells in its place',
    prepare: entered,
    steps: [
      tick((stand, account) => protect(stand, account, 'p1')),
      work,
      nextMinute,
      tick((stand, account) => exit(stand, account, 'x1')),
      work,
    ],
    ends: ['e1 FILLED 0.5', 'p1 CANCELLED 0', 'x1 FILLED 0.5'],
  },
  {
    name: 'slow_cancel',
    about: 'the protection is told to go and stays for half a second more',
    options: () => ({ cancelLagMs: 500 }),
    prepare: protectedEntry,
    steps: [tick((stand, account) => exit(stand, account, 'x1')), work],
    ends: ['e1 FILLED 0.5', 'p1 CANCELLED 0', 'x1 FILLED 0.5'],
  },
  {
    name: 'stop_fires_first',
    about: 'the protection fills on the exchange while the exit is on its way',
    options: () => ({ script: { 2: { low: 94 }, 3: { open: 95, close: 95 } } }),
    prepare: protectedEntry,
    steps: [
      tick((stand, account) => exit(stand, account, 'x1', '90').map(patient)),
      nextMinute,
      work,
      nextMinute,
      tick(),
      work,
    ],
    ends: ['e1 FILLED 0.5', 'p1 FILLED 0.5'],
  },
  {
    name: 'protection_resized',
    about: 'a second entry, then protection of the new size in place of the old',
    prepare: protectedEntry,
    steps: [
      tick((stand) => [buy(stand, 'e2', '0.3')]),
      work,
      nextMinute,
      tick((stand, account) => protect(stand, account, 'p2')),
      work,
    ],
    ends: ['e1 FILLED 0.5', 'p1 CANCELLED 0', 'e2 FILLED 0.3', 'p2 OPEN 0'],
  },
  {
    name: 'unknown_found_late',
    about: 'the answer to the POST is lost and the exchange lists the order a minute later',
    options: () => ({ visibilityLagMs: 70_000, exchange: silentOnce('after') }),
    steps: [tick((stand) => [buy(stand, 'e1', '0.5')]), work, nextMinute, tick(), work, nextMinute, tick(), work],
    ends: ['e1 FILLED 0.5'],
  },
  {
    name: 'unknown_never_placed',
    about: 'the POST is lost on its way: two empty scans, and nothing was ever there',
    options: () => ({ exchange: silentOnce('before') }),
    steps: [
      tick((stand) => [buy(stand, 'e1', '0.5')]),
      work,
      ...[1, 2, 3, 4].flatMap((): readonly Step[] => [nextMinute, tick(), work]),
    ],
    ends: [],
  },
  {
    name: 'unknown_exit_repeated',
    about: 'the answer to a protective exit is lost: posted again, byte for byte',
    options: () => ({ visibilityLagMs: 70_000, exchange: silentOnce('after', 'SELL') }),
    prepare: [...entered, nextMinute, tick(), work, nextMinute],
    steps: [tick((stand, account) => exit(stand, account, 'x1')), work, nextMinute, nextMinute, tick(), work],
    ends: ['e1 FILLED 0.5', 'x1 FILLED 0.5'],
  },
  {
    name: 'gate_closes',
    about: 'a loss limit is reached while an entry rests: it is taken off before the market comes to it',
    options: () => ({ script: dipAt(2) }),
    steps: [
      tick((stand) => [buy(stand, 'e1', '0.5', { route: maker(290_000, 'taker', 1) })]),
      work,
      nextMinute,
      tick(() => [], LOSSES),
      work,
      nextMinute,
      nextMinute,
      tick(() => [], LOSSES),
      work,
    ],
    ends: ['e1 CANCELLED 0'],
  },
  {
    name: 'killed',
    about: 'the kill switch is pulled over a resting entry, a protection and an intent that was not sent',
    prepare: protectedEntry,
    steps: [
      tick((stand) => [buy(stand, 'e2', '1', { product: ETH, route: maker(170_000, 'taker', 1) })]),
      work,
      tickAgain((stand) => buy(stand, 'e3', '0.1')),
      async (bot, stand) => {
        stand.kill = { kind: 'killed', reason: 'drill' };
        await bot.halt();
      },
      work,
    ],
    ends: ['e1 FILLED 0.5', 'p1 CANCELLED 0', 'e2 CANCELLED 0'],
  },
];

/** Still fresh in the next minute: by then the exchange has acted. */
function patient(order: ReturnType<typeof buy>): ReturnType<typeof buy> {
  return { ...order, not_after_ms: order.not_after_ms + 60_000 };
}

/** The next minute's tick. */
function tickAgain(order: (stand: Stand) => ReturnType<typeof buy>): Step {
  return async (bot, stand) => {
    toNextMinute(stand);
    await tick((at) => [order(at)])(bot, stand);
  };
}

/** The first POST of a side gets no answer: it took effect ('after') or it did not. */
function silentOnce(moment: 'before' | 'after', side: 'BUY' | 'SELL' = 'BUY'): (inner: Exchange) => Exchange {
  let isDone = false;
  return (inner) => ({
    ...inner,
    async place(order) {
      if (isDone || order.record.intent.side !== side) return inner.place(order);
      isDone = true;
      if (moment === 'after') await inner.place(order);
      return { kind: 'ambiguous', message: 'no answer within 5000 ms' };
    },
  });
}

/** The first maker's POST meets a market that has moved through its price since the preview. */
function crossingOnce(): (inner: Exchange) => Exchange {
  let isDone = false;
  return (inner) => ({
    ...inner,
    async place(order) {
      if (isDone) return inner.place(order);
      isDone = true;
      const reasons = ['INVALID_LIMIT_PRICE_POST_ONLY'];
      return { kind: 'refused', status: 200, reasons, message: `${BTC}: would deal at once` };
    },
  });
}
