import type { Decision } from '../cycle/decision.ts';
import type { Account } from '../portfolio/account.ts';
import { workingOrders } from '../portfolio/valuation.ts';
import { STALE_SIGNAL } from '../strategies/run.ts';

/** Everybody was asked, and nobody wanted anything but what came too late. */
export function isIdle({ orders, assessments, strategies, gates, shadow_proposals }: Decision): boolean {
  return (
    orders.length === 0 &&
    assessments.every(({ risk_reason }) => risk_reason === STALE_SIGNAL) &&
    shadow_proposals.length === 0 &&
    gates.every(({ gate }) => gate !== 'rearmed') &&
    strategies.every(({ status }) => status !== 'failed' && status !== 'skipped (halted)')
  );
}

/** Nothing is on its way but what rests to protect. */
export function isResting(account: Account): boolean {
  const { outbox, frozen, unsettled_flow, halted, strategy_state, shadow } = account;
  return (
    outbox.length === 0 &&
    workingOrders(account).every(({ purpose, status }) => purpose === 'protect' && status === 'WORKING') &&
    Object.keys(frozen).length === 0 &&
    unsettled_flow === 0n &&
    !halted &&
    Object.keys(shadow).length === 0 &&
    Object.values(strategy_state).every((state) => state === null)
  );
}

/** Nobody is on the way into the universe or out of it. */
export function isSettled(before: Account, after: Account): boolean {
  return (
    before.universe_memory === after.universe_memory &&
    Object.values(after.universe_memory).every((each) => each?.member === true && each.cycles === 0)
  );
}
