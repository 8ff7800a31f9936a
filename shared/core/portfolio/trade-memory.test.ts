import { describe, expect, it } from 'vitest';
import { accountOf, BTC, workingOf } from '../../../test/core/world.ts';
import { price, quantity, toText, usd } from '../money/fixed.ts';
import type { Account, WorkingOrder } from './account.ts';
import { bookFill } from './ledger.ts';
import { losingStreak, MOST_ENTRIES_KEPT, MOST_RESULTS_KEPT } from './trade-memory.ts';

const MINUTE_MS = 60_000;
const policy = {
  cooldownMs: 30 * MINUTE_MS,
  cooldownAfterWinMs: 10 * MINUTE_MS,
  cooldownAfterLossMs: 60 * MINUTE_MS,
  cooldownAfterStopMs: 120 * MINUTE_MS,
};

let fills = 0;

function book(
  account: Account,
  side: 'BUY' | 'SELL',
  at: { readonly price?: string; readonly size?: string; readonly timeMs?: number },
  order: WorkingOrder | null = null,
): Account {
  fills += 1;
  const fill = {
    entryId: `fill-${fills}`,
    productId: BTC,
    side,
    price: price(at.price ?? '100'),
    quantity: quantity(at.size ?? '1'),
    commission: usd('0'),
    timeMs: at.timeMs ?? 1000,
  };
  return bookFill(account, fill, order, policy);
}

const held = book(accountOf({ cash: usd('1000000') }), 'BUY', { size: '100', timeMs: 0 });
const sale = (id: string, reason = 'breakdown') =>
  workingOf(BTC, { client_order_id: id, side: 'SELL', purpose: 'exit', reason });

describe('[REQ-CD1] the cooldown after a sale', () => {
  it.each([
    ['at a profit is never shorter than after any fill', '101', 'breakdown', 'win', 30],
    ['at cost counts as a profit', '100', 'breakdown', 'win', 30],
    ['at a loss is longer', '99.99', 'breakdown', 'loss', 60],
    ['by a stop is the longest', '90', 'stop', 'stop', 120],
    ['by a trailing stop is the same, also at a profit', '150', 'trailing_stop', 'stop', 120],
  ])('%s', (_, at, reason, kind, minutes) => {
    const sold = book(held, 'SELL', { price: at, timeMs: MINUTE_MS }, sale('a', reason));

    expect(sold.cooldowns[BTC]).toEqual({ until_ms: (1 + minutes) * MINUTE_MS, reason: kind });
  });
});

it('[REQ-CD1] takes a sale that is reported after many later ones for a loss: what it made is not kept', () => {
  const later = Array.from({ length: MOST_RESULTS_KEPT }, (_, i) => 1_000_000 + i);
  const full = later.reduce(
    (account, timeMs, i) => book(account, 'SELL', { price: '200', timeMs }, sale(`later-${i}`)),
    held,
  );
  const late = book({ ...full, cooldowns: {} }, 'SELL', { price: '200', timeMs: MINUTE_MS }, sale('late'));

  expect(late.exit_results['late']).toBeUndefined();
  expect(late.cooldowns[BTC]).toEqual({ until_ms: 61 * MINUTE_MS, reason: 'loss' });
});

describe('[REQ-CD1] the cooldown after protection has filled', () => {
  const limit_price = price('110');
  const guard = (kind: 'bracket' | 'stop_limit') =>
    workingOf(BTC, { client_order_id: 'p', side: 'SELL', purpose: 'protect', route: { kind }, limit_price });

  it.each([
    ['at the target of its bracket is that of a profit', 'bracket', '110', 'win'],
    ['better than the target too', 'bracket', '111', 'win'],
    ['below the target is that of a stop: nothing else sells there', 'bracket', '109.99', 'stop'],
    ['by a stop-limit is that of a stop, also at its very limit or better', 'stop_limit', '110', 'stop'],
  ] as const)('%s', (_, kind, at, reason) => {
    const sold = book(held, 'SELL', { price: at }, guard(kind));

    expect(sold.cooldowns[BTC]?.reason).toBe(reason);
  });
});

describe('entries', () => {
  it('count once per order, at its first fill', () => {
    const order = workingOf(BTC, { client_order_id: 'a' });
    const account = accountOf({ working: { a: order } });
    const first = book(account, 'BUY', { timeMs: 5, size: '0.4' }, order);
    const second = book(first, 'BUY', { timeMs: 9, size: '0.6' }, first.working['a'] ?? null);

    expect(second.entries).toEqual([{ product_id: BTC, at_ms: 5 }]);
  });

  it('count a fill without an order, and no sale', () => {
    expect(book(accountOf(), 'BUY', { timeMs: 7 }).entries).toHaveLength(1);
    expect(book(held, 'SELL', { timeMs: 7 }, sale('a')).entries).toEqual(held.entries);
  });

  it('are forgotten after a day and a bit, and never grow without bound', () => {
    const late = book(held, 'BUY', { timeMs: 25 * 60 * MINUTE_MS });
    expect(late.entries).toHaveLength(2);
    expect(book(held, 'BUY', { timeMs: 25 * 60 * MINUTE_MS + 1 }).entries).toHaveLength(1);

    const full = { ...held, entries: Array.from({ length: MOST_ENTRIES_KEPT }, () => ({ product_id: BTC, at_ms: 0 })) };
    expect(book(full, 'BUY', { timeMs: 1 }).entries).toHaveLength(MOST_ENTRIES_KEPT);
  });
});

describe('what sales made', () => {
  it('adds up by order, so a sale in parts is one result', () => {
    const parts = book(
      book(held, 'SELL', { price: '90' }, sale('a')),
      'SELL',
      { price: '105', timeMs: 2000 },
      sale('a'),
    );

    expect(toText(parts.exit_results['a']?.realised_pnl ?? usd('0'))).toBe('-5');
    expect(parts.exit_results['a']?.at_ms).toBe(2000);
    expect(losingStreak(parts, 1)).toEqual({ count: 1, atMs: 2000 });
  });

  it('is a streak until a sale wins', () => {
    const twice = book(
      book(held, 'SELL', { price: '90', timeMs: 1 }, sale('a')),
      'SELL',
      { price: '90', timeMs: 2 },
      sale('b'),
    );
    const won = book(twice, 'SELL', { price: '110', timeMs: 3 }, sale('c'));

    expect(losingStreak(held, 1)).toBeNull();
    expect(losingStreak(twice, 2)).toEqual({ count: 2, atMs: 2 });
    expect(losingStreak(twice, 3)).toBeNull();
    expect(losingStreak(won, 1)).toBeNull();
    expect(losingStreak(book(won, 'SELL', { price: '90', timeMs: 4 }, sale('d')), 1)?.count).toBe(1);
  });

  it('is read by time, however it was reported, and a sale that made nothing ends a streak', () => {
    const out = (...sales: readonly (readonly [number, string])[]) =>
      sales.reduce((account, [timeMs, at]) => book(account, 'SELL', { price: at, timeMs }, sale(`s${timeMs}`)), held);

    expect(losingStreak(out([5, '90'], [1, '110'], [4, '90']), 2)).toEqual({ count: 2, atMs: 5 });
    expect(losingStreak(out([1, '90'], [9, '110'], [4, '90']), 1)).toBeNull();
    expect(losingStreak(out([1, '90'], [2, '100'], [3, '90']), 2)).toBeNull();
  });

  it('begins to count again with every streak', () => {
    const lost = (...times: readonly number[]) =>
      times.reduce((account, timeMs) => book(account, 'SELL', { price: '90', timeMs }, sale(`s${timeMs}`)), held);

    expect(losingStreak(lost(1, 2, 3), 2)).toEqual({ count: 3, atMs: 2 });
    expect(losingStreak(lost(1, 2, 3, 4), 2)).toEqual({ count: 4, atMs: 4 });
  });

  it('keeps the latest sales only', () => {
    const ids = Array.from({ length: MOST_RESULTS_KEPT + 1 }, (_, i) => i);
    const sold = ids.reduce((account, i) => book(account, 'SELL', { timeMs: i, size: '0.1' }, sale(`o${i}`)), held);

    expect(Object.keys(sold.exit_results)).toHaveLength(MOST_RESULTS_KEPT);
    expect(sold.exit_results['o0']).toBeUndefined();
  });

  it('forgets the oldest by time, and of the same moment the first by name, however they were reported', () => {
    const sell = (account: Account, timeMs: number, id: string) =>
      book(account, 'SELL', { timeMs, size: '0.1' }, sale(id));
    const times = Array.from({ length: MOST_RESULTS_KEPT - 3 }, (_, i) => 1_000 - i);
    const later = times.reduce((account, timeMs) => sell(account, timeMs, `t${timeMs}`), held);
    const full = ['b', 'a', 'c'].reduce((account, id) => sell(account, 5, id), later);
    const lost = (account: Account) => Object.keys(full.exit_results).filter((id) => !(id in account.exit_results));

    expect(lost(full)).toEqual([]);
    expect(lost(sell(full, 2_000, 'x'))).toEqual(['a']);
    expect(lost(sell(sell(full, 2_000, 'x'), 2_000, 'y')).sort()).toEqual(['a', 'b']);
    const four = ['x', 'y', 'z', 'zz'].reduce((account, id) => sell(account, 2_000, id), full);
    expect(lost(four)).toContain(`t${1_000 - (MOST_RESULTS_KEPT - 4)}`);
  });
});
