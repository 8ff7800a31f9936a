import { price, toText, type Usd, usd, ZERO_USD } from '../money/fixed.ts';
import type { Account, Position } from '../portfolio/account.ts';
import { adopt } from '../portfolio/external.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Decision } from './decision.ts';

type Changes = Decision['account_changes'];

/** The account as the decision leaves it, orders aside; the same object when the decision changed nothing. */
export function applyChanges(account: Account, changes: Changes): Account {
  if (account.unsettled_flow === ZERO_USD && isKnown(account, changes)) return account;
  const { high_water_mark, marks, peak_prices, universe_memory, shadow, strategy_state, halted } = changes;
  const changed: Account = {
    ...account,
    high_water_mark: usd(high_water_mark),
    marks: {
      day: { ...marks.day, equity: usd(marks.day.equity) },
      week: { ...marks.week, equity: usd(marks.week.equity) },
      peaks: mapped(marks.peaks, (peak): Usd => usd(peak)),
    },
    positions: mapped(account.positions, (position, id) => withPeak(position, peak_prices[id])),
    // The marks above know of it now.
    unsettled_flow: ZERO_USD,
    universe_memory,
    shadow,
    strategy_state: strategy_state as Account['strategy_state'],
    halted,
  };
  return adopt(changed, changes.adoptions);
}

/** Looked at first where something changes most often. */
function isKnown(account: Account, changes: Changes): boolean {
  if (toText(account.high_water_mark) !== changes.high_water_mark) return false;
  if (account.universe_memory !== changes.universe_memory && !isEqual(account.universe_memory, changes.universe_memory))
    return false;
  return isEqual(known(account), { ...changes, universe_memory: null });
}

function isEqual(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

function known(account: Account): unknown {
  const { high_water_mark, marks, positions, shadow, strategy_state, halted } = account;
  const peaks = Object.entries(positions).flatMap(([id, { peak_price }]) =>
    peak_price === undefined ? [] : [[id, peak_price] as const],
  );
  return {
    high_water_mark,
    marks,
    peak_prices: Object.fromEntries(peaks),
    universe_memory: null,
    adoptions: [],
    shadow,
    strategy_state,
    halted,
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
