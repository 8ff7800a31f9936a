import type { Decision } from '../../core/cycle/decision.ts';
import { toText } from '../../core/money/fixed.ts';
import type { Account } from '../../core/portfolio/account.ts';
import type { ApprovedOrder } from '../../core/risk/approved-order.ts';
import { commitDecision } from '../commit-decision.ts';
import { openOrLoad } from '../open-account.ts';
import { placeOrder } from '../place-order.ts';
import type { CyclePorts, CycleSettings } from '../ports.ts';
import { publishOutbox, publishWithdrawals } from '../publish-outbox.ts';
import { reconcile } from '../reconcile.ts';
import type { PlaceOutcome } from '../send-order.ts';
import type { Desk } from './desk.ts';

/** What a test's decision says of the market; all is well where it says nothing. */
export type Seen = Partial<{
  readonly gates: Decision['gates'];
  readonly regime_multiplier: number;
  readonly universe: readonly Pick<Decision['universe'][number], 'symbol' | 'eligible'>[];
}>;

function allWell({ working }: Account): Required<Seen> {
  const universe = Object.values(working).map(({ product_id: symbol }) => ({ symbol, eligible: true }));
  return { gates: [], regime_multiplier: 1, universe };
}

/** One cycle's writes around a decision that the test made: reconcile, commit, publish. */
export async function cycleWith(
  ports: CyclePorts,
  settings: CycleSettings,
  orders: readonly ApprovedOrder[],
  seen: Seen = {},
): Promise<void> {
  const lease = await ports.lease.acquire(settings.owner, settings.leaseTtlMs, ports.clock.nowMs());
  if (lease.kind === 'busy') throw new Error('the desk has one owner only');
  const isDecided = await decideWith(ports, settings, orders, lease.fence, seen);
  if (!isDecided) throw new Error('the account could not be opened');
  await ports.lease.release(lease.fence);
}

/**
 * What stands between taking the lease and giving it back; false when the account could not be opened. A function decides on
 * the books as they are after reconciling.
 */
export async function decideWith(
  ports: CyclePorts,
  settings: CycleSettings,
  wanted: readonly ApprovedOrder[] | ((account: Account) => readonly ApprovedOrder[]),
  fence: number,
  seen: Seen = {},
): Promise<boolean> {
  const ordersFor = typeof wanted === 'function' ? wanted : () => wanted;
  const opened = await openOrLoad(ports, settings, fence);
  if (opened.kind !== 'open') return false;
  const books = await reconcile(ports, settings, opened.account, fence);
  const committed = await commitDecision(ports, settings, books.account, fence, {
    decide: (account) =>
      ({
        // An intent is decided once: a cycle that finds it on the books has nothing to add.
        orders: ordersFor(account).filter((order) => account.working[order.client_order_id] === undefined),
        ...allWell(account),
        ...seen,
        account_changes: unchanged(account),
      }) as unknown as Decision,
    bench: (account) => account,
    archive: async () => {},
  });
  if (committed.kind !== 'committed') return true;
  await publishOutbox(ports, settings, committed.account, fence);
  await publishWithdrawals(ports, committed.account, committed.decision, ports.clock.nowMs());
  return true;
}

/** Marks of a day that never ends: what is tested here is not what a decision remembers. */
function unchanged(account: Account): Decision['account_changes'] {
  const mark = toText(account.high_water_mark);
  const anchor = { start_ms: 0, equity: mark };
  return {
    high_water_mark: mark,
    marks: { day: anchor, week: anchor, peaks: { '0': mark } },
    peak_prices: {},
    universe_memory: account.universe_memory,
    adoptions: [],
    external_counted: false,
    unsettled_coins: {},
    shadow: account.shadow,
    strategy_state: account.strategy_state,
    halted: account.halted,
  };
}

/** Hands every queued message to the worker; one that throws stays first in line, as SQS would keep it. */
export async function drain(desk: Desk, ports: CyclePorts = desk.ports): Promise<readonly PlaceOutcome[]> {
  const outcomes: PlaceOutcome[] = [];
  while (desk.messages.length > 0) {
    const [message] = desk.messages;
    if (message === undefined) break;
    outcomes.push(await placeOrder(ports, desk.settings, message));
    desk.messages.shift();
  }
  return outcomes;
}
