import type { ProductId } from '../market/product.ts';
import { add, subtract, ZERO_QUANTITY, ZERO_USD } from '../money/fixed.ts';
import type { Account, WorkingOrder } from './account.ts';
import { withId, withoutId } from './by-id.ts';
import type { Fill } from './fill.ts';

export interface CooldownPolicy {
  /** After any fill. */
  readonly cooldownMs: number;
  /** After a sale that won, or lost, money. */
  readonly cooldownAfterWinMs: number;
  readonly cooldownAfterLossMs: number;
  readonly cooldownAfterStopMs: number;
}

/** Trades a day are counted over 24 hours; a little more, because fills may be reported late. */
const ENTRIES_KEPT_MS = 25 * 3_600_000;
/** Bounds the stored item; as many as the config may allow a day. */
export const MOST_ENTRIES_KEPT = 1_000;
/** Bounds the stored item; far above any losing streak that the config may ask for. */
export const MOST_RESULTS_KEPT = 50;

/** Exits that gave up on a position, whichever level said so. */
const STOP_REASONS: ReadonlySet<string> = new Set(['stop', 'trailing_stop']);

/**
 * What later decisions must remember of a fill, and the one place where it is remembered: cooldowns, trades for pacing,
 * and what sales made. `after` is the account with the fill's money booked.
 */
export function rememberFill(
  before: Account,
  after: Account,
  fill: Fill,
  order: WorkingOrder | null,
  policy: CooldownPolicy,
): Pick<Account, 'cooldowns' | 'entries' | 'exit_results'> {
  const exit_results = fill.side === 'BUY' ? before.exit_results : withResult(before, after, fill, order);
  const reason = cooldownReason(fill, order, exit_results);
  return {
    cooldowns: withCooldown(before.cooldowns, fill, reason, policy),
    entries: withEntry(before.entries, fill, order),
    exit_results,
  };
}

/**
 * When the latest sales that lost money in a row last made a streak of `length`, and how many they are; null while they do
 * not. Every further streak counts anew, so that one loss after the pause is not a streak again. By time, however reported.
 */
export function losingStreak(
  { exit_results }: Pick<Account, 'exit_results'>,
  length: number,
): { readonly count: number; readonly atMs: number } | null {
  const newestFirst = newestResults(exit_results);
  const firstWin = newestFirst.findIndex(({ realised_pnl }) => realised_pnl >= 0n);
  const count = firstWin < 0 ? newestFirst.length : firstWin;
  const completing = newestFirst[count % length];
  return count < length || completing === undefined ? null : { count, atMs: completing.at_ms };
}

type Results = Account['exit_results'];

/** Newest first; results never change, so they are sorted once. */
function newestResults(results: Results): readonly Results[string][] {
  const known = sortedResults.get(results);
  if (known !== undefined) return known;
  const newest = Object.entries(results)
    .toSorted(([a, x], [b, y]) => y.at_ms - x.at_ms || (a < b ? -1 : 1))
    .map(([, result]) => result);
  sortedResults.set(results, newest);
  return newest;
}

const sortedResults = new WeakMap<Results, readonly Results[string][]>();

type Cooldown = NonNullable<Account['cooldowns'][ProductId]>;

function cooldownReason(fill: Fill, order: WorkingOrder | null, results: Account['exit_results']): Cooldown['reason'] {
  if (fill.side === 'BUY') return 'fill';
  if (order !== null && isStopOut(order, fill)) return 'stop';
  const result = results[resultKey(fill, order)];
  // One older than all that are kept: nobody knows what it made.
  return result === undefined || result.realised_pnl < 0n ? 'loss' : 'win';
}

/** A bracket fills at its target or better, or it was stopped. */
function isStopOut({ purpose, reason, route, limit_price }: WorkingOrder, { price }: Fill): boolean {
  if (purpose === 'exit') return STOP_REASONS.has(reason);
  return purpose === 'protect' && (route.kind === 'stop_limit' || price < limit_price);
}

/** Never shorter than after any fill [REQ-CD1], and never shorter than what already runs. */
function withCooldown(
  cooldowns: Account['cooldowns'],
  fill: Fill,
  reason: Cooldown['reason'],
  policy: CooldownPolicy,
): Account['cooldowns'] {
  const pauses = {
    fill: policy.cooldownMs,
    win: policy.cooldownAfterWinMs,
    loss: policy.cooldownAfterLossMs,
    stop: policy.cooldownAfterStopMs,
  };
  const until = fill.timeMs + Math.max(policy.cooldownMs, pauses[reason]);
  const running = cooldowns[fill.productId];
  if (running !== undefined && running.until_ms >= until) return cooldowns;
  return { ...cooldowns, [fill.productId]: { until_ms: until, reason } };
}

/** One entry per order, at its first fill. A fill without an order counts as an entry of its own. */
function withEntry(entries: Account['entries'], fill: Fill, order: WorkingOrder | null): Account['entries'] {
  const isEntry =
    fill.side === 'BUY' && (order === null || (order.filled === ZERO_QUANTITY && order.prior_filled === ZERO_QUANTITY));
  if (!isEntry) return entries;
  const kept = entries.filter(({ at_ms }) => at_ms >= fill.timeMs - ENTRIES_KEPT_MS);
  return [...kept, { product_id: fill.productId, at_ms: fill.timeMs }].slice(-MOST_ENTRIES_KEPT);
}

/** What an order's sales made so far, fees included; the latest orders only. */
function withResult(before: Account, after: Account, fill: Fill, order: WorkingOrder | null): Account['exit_results'] {
  const key = resultKey(fill, order);
  const made = subtract(after.realised_pnl, before.realised_pnl);
  const realised_pnl = add(before.exit_results[key]?.realised_pnl ?? ZERO_USD, made);
  return withNewest(before.exit_results, key, { at_ms: fill.timeMs, realised_pnl });
}

/** Where that is one more than is kept, the oldest goes: of the same moment the first by name. */
function withNewest(known: Results, key: string, result: Results[string]): Results {
  const results = withId(known, key, result);
  const names = Object.keys(results);
  return names.length <= MOST_RESULTS_KEPT ? results : withoutId(results, oldestOf(results, names));
}

function oldestOf(results: Results, names: readonly string[]): string {
  const atMs = (name: string) => (results[name] as Results[string]).at_ms;
  return names.reduce((first, name) => {
    const later = atMs(name) - atMs(first);
    return later < 0 || (later === 0 && name < first) ? name : first;
  });
}

function resultKey(fill: Fill, order: WorkingOrder | null): string {
  return order?.client_order_id ?? `fill:${fill.entryId}`;
}
