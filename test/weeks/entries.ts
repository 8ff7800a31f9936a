import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import { intentIdOf } from '../../shared/core/execution/routing.ts';
import type { WorkingOrder } from '../../shared/core/portfolio/account.ts';
import type { KillState } from '../../shared/ports/kill-switch.ts';
import type { ExchangeEvent } from '../../simulator/exchange/events.ts';
import type { Break } from './break.ts';
import { brokenCaps } from './caps.ts';
import { archived, isOurs, type World } from './world.ts';

type OrderEvent = Extract<ExchangeEvent, { readonly kind: 'order' }>;

export interface EntryJudge {
  event(event: ExchangeEvent): void;
  cycleBegins(slotMs: number): void;
  paused(atMs: number): void;
  /** What the bot's fills have cost so far. */
  feesPaid(): bigint;
}

/** A POST may be under way for as long as the caller is patient; on a calm day it is not. */
const IN_FLIGHT_MS = { calm: 300, stormy: 3_500 } as const;
/** What is prepared asks the authority first and then previews. */
const PREPARED_MS = 15_000;
const HOUR_MS = 3_600_000;
const MOST_KEPT = 400;

/** Judges every entry at the moment at which the exchange takes it [I3] [I4]. */
export function entryJudge(
  world: World,
  report: (kind: Break['kind'], detail: string) => void,
  count: (what: string) => void,
  isCalm: () => boolean,
): EntryJudge {
  const configs = new Map<number, DecisionConfig>();
  const orders = new Map<string, OrderEvent>();
  const firstFills = new Map<string, number>();
  const lastFills = new Map<string, number>();
  const state = { pausedAtMs: 0, fees: 0n };

  const reportAll = (kind: Break['kind'], id: string, details: readonly string[]) => {
    for (const detail of details) report(kind, `${id}: ${detail}`);
  };
  const quiet = ({ client_order_id: id, at_ms: atMs, side }: OrderEvent) => {
    const { kill, refusal } = world;
    const sinceMs = killedFor(kill, atMs, side);
    if (sinceMs > IN_FLIGHT_MS[isCalm() ? 'calm' : 'stormy']) {
      report('order_after_kill', `${id} was taken ${sinceMs} ms after the pull`);
    }
    if (refusal !== null && atMs > state.pausedAtMs + PREPARED_MS) report('order_after_pause', id);
  };
  const capped = ({ client_order_id: id }: OrderEvent) => {
    const { account, config: now } = world;
    const working = account?.working[id];
    if (account === undefined || working === undefined) return report('caps', `${id} holds no reservation`);
    const text = working.leg > 0 ? undefined : archived(world, working.slot_ms);
    if (text === undefined) return count('entries not judged');
    const config = configs.get(working.slot_ms) ?? now.decision;
    reportAll('caps', id, brokenCaps(text, config, account, working));
    paced(working, config);
  };
  const paced = ({ client_order_id: id, product_id, slot_ms }: WorkingOrder, { policy }: DecisionConfig) => {
    const { max_trades_per_hour: most, cooldown_minutes } = policy.risk;
    const within = [...firstFills].filter(([intent, atMs]) => intent !== id && atMs > world.clock.nowMs() - HOUR_MS);
    if (within.length + 1 > most) report('pacing', `${id}: ${within.length + 1} entries within the hour`);
    const sinceMs = slot_ms - (lastFills.get(product_id) ?? Number.NEGATIVE_INFINITY);
    // What a resting order has filled is known with the next look.
    const isTooSoon = sinceMs > 2 * world.intervalMs && sinceMs < (cooldown_minutes - 1) * 60_000;
    if (isCalm() && isTooSoon) report('pacing', `${id}: entered ${sinceMs / 1_000} s after a fill`);
  };
  const filled = (event: Extract<ExchangeEvent, { readonly kind: 'fill' }>, order: OrderEvent) => {
    count('fills');
    state.fees += fixed(event.commission);
    lastFills.set(order.product_id, event.at_ms);
    const intent = intentIdOf(order.client_order_id);
    if (order.side === 'BUY' && !firstFills.has(intent)) firstFills.set(intent, event.at_ms);
    forgetOldest(firstFills);
  };
  const taken = (event: OrderEvent) => {
    orders.set(event.order_id, event);
    count('orders');
    quiet(event);
    if (event.side === 'SELL') return;
    count('entries');
    capped(event);
  };
  return {
    event(event) {
      if (event.kind === 'order' && isOurs(event.client_order_id)) return taken(event);
      const order = event.kind === 'fill' ? orders.get(event.order_id) : undefined;
      if (event.kind === 'fill' && order !== undefined) filled(event, order);
    },
    cycleBegins(slotMs) {
      configs.set(slotMs, world.config.decision);
      forgetOldest(configs);
    },
    paused(atMs) {
      state.pausedAtMs = atMs;
    },
    feesPaid: () => state.fees,
  };
}

/** An operator's word to sell out is the only sale under a pulled switch. */
function killedFor(kill: KillState, atMs: number, side: OrderEvent['side']): number {
  if (side === 'SELL' && kill.kind === 'killed' && kill.flatten === true) return 0;
  return kill.kind === 'killed' ? atMs - (kill.atMs ?? 0) : 0;
}

function forgetOldest<Key>(map: Map<Key, unknown>): void {
  if (map.size > MOST_KEPT) map.delete(map.keys().next().value as Key);
}

const DIGITS = 12;

function fixed(text: string): bigint {
  const [whole = '0', rest = ''] = text.split('.');
  return BigInt(whole + rest.padEnd(DIGITS, '0'));
}
