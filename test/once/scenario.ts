import { approvedOrder } from '../../shared/app/testing/desk.ts';
import type { Seen } from '../../shared/app/testing/pipeline.ts';
import { type ProductId, productId } from '../../shared/core/market/product.ts';
import { price, quantity, toText } from '../../shared/core/money/fixed.ts';
import type { Account } from '../../shared/core/portfolio/account.ts';
import { heldQuantity } from '../../shared/core/portfolio/ledger.ts';
import type { ApprovedOrder, OrderIntent } from '../../shared/core/risk/approved-order.ts';
import type { Bot } from './bot.ts';
import type { Stand, StandOptions } from './stand.ts';

/** What one process does between two ticks or messages. A process that dies in one is replaced for the next. */
export type Step = (bot: Bot, stand: Stand) => Promise<unknown>;

export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly options?: () => StandOptions;
  /** Done before any fault. */
  readonly prepare?: readonly Step[];
  /** Every call in here is met by every fault. */
  readonly steps: readonly Step[];
  /** 'decided': a second bot decides too; else it has nothing to add. */
  readonly twin?: 'decided';
  /** What stands on the exchange in the end when nothing went wrong, order by order: a scenario that did not trade proves nothing. */
  readonly ends: readonly string[];
}

export const BTC = productId('BTC-USD');
export const ETH = productId('ETH-USD');

export const work: Step = (bot) => bot.work();

/** A tick whose decision the scenario makes, from the books as they stand. */
export function tick(
  decide: (stand: Stand, account: Account | undefined) => readonly ApprovedOrder[] = () => [],
  seen: Seen = {},
): Step {
  return async (bot, stand) => bot.cycle(decide(stand, await stand.stores.accounts.load()), seen);
}

type Changes = Partial<Pick<OrderIntent, 'route' | 'replaces' | 'purpose' | 'reason'>> & {
  readonly product?: ProductId;
  readonly stop?: string;
  readonly expected?: string;
};

export function buy(stand: Stand, nonce: string, size: string, changes: Changes = {}): ApprovedOrder {
  const { product = BTC, stop = '95', expected, ...rest } = changes;
  const order = approvedOrder(stand, { quantity: size, limit: '100.2', nonce, product_id: product });
  const expected_price = expected === undefined ? null : price(expected);
  return { ...order, ...rest, stop_price: price(stop), expected_price };
}

/** Rests behind the whole position, in place of what rests there now. Nothing when nothing is held. */
export function protect(stand: Stand, account: Account | undefined, nonce: string): readonly ApprovedOrder[] {
  const size = account === undefined ? quantity('0') : heldQuantity(account, BTC);
  if (account === undefined || size === 0n) return [];
  const order = approvedOrder(stand, { side: 'SELL', quantity: toText(size), limit: '120', nonce, purpose: 'protect' });
  return [{ ...order, route: { kind: 'bracket' }, stop_price: price('95'), replaces: restingOf(account) }];
}

/** Sells everything at once, in place of what rests behind it. Nothing when nothing is held or it is being sold already. */
export function exit(
  stand: Stand,
  account: Account | undefined,
  nonce: string,
  limit = '99',
): readonly ApprovedOrder[] {
  const size = account === undefined ? quantity('0') : heldQuantity(account, BTC);
  const isSelling = Object.values(account?.working ?? {}).some(({ purpose }) => purpose === 'exit');
  if (account === undefined || size === 0n || isSelling) return [];
  const order = approvedOrder(stand, { side: 'SELL', quantity: toText(size), limit, nonce, reason: 'stop' });
  return [{ ...order, replaces: restingOf(account) }];
}

function restingOf({ working }: Account): string | null {
  return Object.values(working).find(({ purpose }) => purpose === 'protect')?.client_order_id ?? null;
}
