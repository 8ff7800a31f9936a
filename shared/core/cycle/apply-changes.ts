import { type Fixed, price, quantity, toText, type Usd, usd, ZERO_USD } from '../money/fixed.ts';
import { textsOf } from '../money/texts-of.ts';
import type { Account, Marks, Position } from '../portfolio/account.ts';
import { adopt } from '../portfolio/external.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Decision } from './decision.ts';

type Changes = Decision['account_changes'];

/**
 * The account as the decision leaves it, orders aside; the same object when the decision changed nothing, and the same parts
 * where they did not change.
 */
export function applyChanges(account: Account, changes: Changes): Account {
  if (account.unsettled_flow === ZERO_USD && isKnown(account, changes)) return account;
  const { high_water_mark, peak_prices, universe_memory, shadow, strategy_state, halted, external_counted } = changes;
  const changed: Account = {
    ...account,
    high_water_mark: usd(high_water_mark),
    marks: marksOf(account, changes),
    positions: hasPeaks(account, peak_prices)
      ? account.positions
      : mapped(account.positions, (position, id) => withPeak(position, peak_prices[id])),
    // The marks above know of it now.
    unsettled_flow: ZERO_USD,
    unsettled_coins: hasTexts(account.unsettled_coins, changes.unsettled_coins)
      ? account.unsettled_coins
      : mapped(changes.unsettled_coins, (size) => quantity(size)),
    universe_memory,
    shadow,
    strategy_state: strategy_state as Account['strategy_state'],
    halted,
    external_counted,
  };
  return adopt(changed, changes.adoptions);
}

/** What changes most often is looked at first. */
function isKnown(account: Account, changes: Changes): boolean {
  return (
    toText(account.high_water_mark) === changes.high_water_mark &&
    hasMarks(account, changes) &&
    hasPeaks(account, changes.peak_prices) &&
    changes.adoptions.length === 0 &&
    hasTexts(account.unsettled_coins, changes.unsettled_coins) &&
    account.halted === changes.halted &&
    account.external_counted === changes.external_counted &&
    isEqual(account.universe_memory, changes.universe_memory) &&
    isEqual(account.shadow, changes.shadow) &&
    isEqual(account.strategy_state, changes.strategy_state)
  );
}

function hasMarks({ marks }: Account, { marks: next }: Changes): boolean {
  return (
    marks !== null &&
    isAnchor(marks.day, next.day) &&
    isAnchor(marks.week, next.week) &&
    hasTexts(marks.peaks, next.peaks)
  );
}

function isAnchor(mark: Marks['day'], text: Changes['marks']['day']): boolean {
  return mark.start_ms === text.start_ms && toText(mark.equity) === text.equity;
}

/** Of the positions that are held; a peak of nothing that is held is of no use to anybody. */
function hasPeaks({ positions }: Account, peaks: Changes['peak_prices']): boolean {
  let known = 0;
  for (const [id, { peak_price }] of Object.entries(positions)) {
    if (peak_price === undefined) continue;
    if (toText(peak_price) !== peaks[id]) return false;
    known += 1;
  }
  return known === Object.keys(peaks).length;
}

function hasTexts(amounts: Readonly<Record<string, Fixed<string>>>, texts: Readonly<Record<string, string>>): boolean {
  const known = textsOf(amounts);
  if (known === texts) return true;
  const keys = Object.keys(known);
  return keys.length === Object.keys(texts).length && keys.every((key) => known[key] === texts[key]);
}

function isEqual(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}

function marksOf(account: Account, changes: Changes): Marks {
  if (account.marks !== null && hasMarks(account, changes)) return account.marks;
  const { day, week, peaks } = changes.marks;
  return {
    day: { ...day, equity: usd(day.equity) },
    week: { ...week, equity: usd(week.equity) },
    peaks: mapped(peaks, (peak): Usd => usd(peak)),
  };
}

function withPeak(position: Position, peak: string | undefined): Position {
  return peak === undefined ? position : { ...position, peak_price: price(peak) };
}

function mapped<Item, Result>(
  items: Readonly<Record<string, Item>>,
  change: (item: Item, key: string) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(items).map(([key, item]) => [key, change(item, key)]));
}
