import { toText } from '../core/money/fixed.ts';
import type { Account } from '../core/portfolio/account.ts';
import { heldQuantity } from '../core/portfolio/ledger.ts';
import { heldSymbols } from '../core/portfolio/valuation.ts';
import { type KillState, UNREADABLE } from '../ports/kill-switch.ts';
import type { HaltRecord } from './halt-record.ts';

export interface StageBooks {
  readonly killSwitch: KillState;
  /** The LIVE account; undefined: real money was never traded here. */
  readonly account: Account | undefined;
  readonly halt: HaltRecord | undefined;
  /** Products whose holdings a person takes over, by name. */
  readonly left: readonly string[];
}

/**
 * What speaks against deleting a stage, each with what to do; empty when nothing does. Whatever rests on the exchange or is
 * held outlives the stack, and then nobody watches it.
 */
export function destroyObstacles({ killSwitch, account, halt, left }: StageBooks): readonly string[] {
  return account === undefined ? [] : [...openIn(account, left), ...standstill(killSwitch, halt)];
}

function openIn(account: Account, left: readonly string[]): readonly string[] {
  const { working, outbox, frozen } = account;
  return [
    ...Object.values(working).map(
      ({ client_order_id, status }) =>
        `order ${client_order_id} is ${status}: trader kill, and wait until the halt is complete`,
    ),
    ...outbox.map((id) => `intent ${id} is about to be sent: trader kill, and wait until the halt is complete`),
    ...heldSymbols(account)
      .filter((product) => !left.includes(product))
      .map(
        (product) =>
          `${toText(heldQuantity(account, product))} ${product} is held: trader kill --flatten, or take it over yourself with --leave ${product}`,
      ),
    ...Object.entries(frozen).map(
      ([product, why]) => `${product} is frozen (${why}), so what is held is not known: trader reconcile`,
    ),
  ];
}

/** While it may trade, books that are empty now say nothing about the next minute. */
function standstill(killSwitch: KillState, halt: HaltRecord | undefined): readonly string[] {
  if (killSwitch.kind === 'armed') return ['the kill switch is armed, so the next cycle may trade: trader kill first'];
  if (killSwitch.reason.startsWith(UNREADABLE)) return [`the kill switch cannot be read (${killSwitch.reason})`];
  if (halt === undefined) return ['no halt is on record: wait until the stage has seen the pulled switch'];
  if (halt.cancelled_ms === null) return ['the halt is not complete: not every order is known to be gone; wait'];
  if (killSwitch.atMs !== undefined && halt.at_ms < killSwitch.atMs) {
    return ['the halt on record is older than the pull of the switch: wait for the new one'];
  }
  return [];
}
