import { decide } from '../../shared/core/cycle/decide.ts';
import type { Decision } from '../../shared/core/cycle/decision.ts';
import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import type { DecisionInputs } from '../../shared/core/cycle/encode.ts';
import { notional, toNumber, toText, ZERO_QUANTITY } from '../../shared/core/money/fixed.ts';
import type { Route, WorkingOrder } from '../../shared/core/portfolio/account.ts';
import type { ApprovedOrder } from '../../shared/core/risk/approved-order.ts';
import { atRisk, exposureOf } from '../../shared/core/risk/exposure.ts';
import { slotText } from './archived-cycles.ts';

/** What `trader diff --json` prints. */
export interface ConfigDiff {
  readonly old_config_hash: string;
  readonly new_config_hash: string;
  readonly cycles: number;
  /** In which the two order differently. */
  readonly changed_cycles: number;
  readonly intents: IntentCounts;
  /** Limit price times quantity of all entries and exits. */
  readonly turnover_usd: Pair;
  /** The largest share of equity that would have been at risk after any one decision: held, working and newly ordered. */
  readonly worst_exposure_pct: Pair;
  readonly changes: readonly IntentChange[];
}

export interface Pair {
  readonly old: number;
  readonly new: number;
}

export interface IntentCounts extends Pair {
  readonly same: number;
  readonly only_old: number;
  readonly only_new: number;
  /** Ordered by both, in another size, at another price, another way. */
  readonly altered: number;
}

export interface IntentChange {
  readonly slot: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly purpose: string;
  readonly kind: 'only_old' | 'only_new' | 'altered';
  /** null: not ordered. */
  readonly old: IntentTerms | null;
  readonly new: IntentTerms | null;
  /** Why the other one did not order it: the reason it gives for the symbol. */
  readonly instead: string | null;
}

export interface IntentTerms {
  readonly quantity: string;
  readonly limit_price: string;
  readonly route: string;
  readonly reason: string;
  readonly strategy: string;
  readonly stop_price: string | null;
  readonly take_profit_price: string | null;
}

export interface ConfigComparison {
  add(inputs: Pick<DecisionInputs, 'snapshot' | 'account'>): void;
  report(): ConfigDiff;
}

/** Decides on the same recorded cycles with two configs. Each cycle stands alone, on the account as it was. */
export function configComparison(before: DecisionConfig, after: DecisionConfig): ConfigComparison {
  const changes: IntentChange[] = [];
  const counts = { cycles: 0, changed_cycles: 0, old: 0, new: 0, same: 0 };
  const turnover = { old: 0, new: 0 };
  const worst = { old: 0, new: 0 };
  return {
    add(inputs) {
      const decided = [before, after].map((config) => decide(inputs.snapshot, inputs.account, config));
      const [old, next] = decided as [Decision, Decision];
      const changed = changesOf(old, next, inputs.snapshot.slotMs);
      counts.cycles += 1;
      counts.changed_cycles += changed.length > 0 ? 1 : 0;
      counts.old += old.orders.length;
      counts.new += next.orders.length;
      counts.same += old.orders.length - changed.filter((change) => change.old !== null).length;
      turnover.old += turnoverOf(old);
      turnover.new += turnoverOf(next);
      worst.old = Math.max(worst.old, exposurePct(inputs, before, old));
      worst.new = Math.max(worst.new, exposurePct(inputs, after, next));
      changes.push(...changed);
    },
    report() {
      const { cycles, changed_cycles, ...intents } = counts;
      const of = (kind: IntentChange['kind']) => changes.filter((change) => change.kind === kind).length;
      return {
        old_config_hash: before.configHash,
        new_config_hash: after.configHash,
        cycles,
        changed_cycles,
        intents: { ...intents, only_old: of('only_old'), only_new: of('only_new'), altered: of('altered') },
        turnover_usd: turnover,
        worst_exposure_pct: worst,
        changes,
      };
    },
  };
}

function changesOf(old: Decision, next: Decision, slotMs: number): readonly IntentChange[] {
  const [before, after] = [byIntent(old), byIntent(next)];
  const gone = [...before].flatMap(([key, was]) => {
    const is = after.get(key);
    if (is === undefined) return [changeOf('only_old', was, slotMs, reasonFor(next, was.product_id))];
    return JSON.stringify(termsOf(was)) === JSON.stringify(termsOf(is)) ? [] : [altered(was, is, slotMs)];
  });
  const come = [...after]
    .filter(([key]) => !before.has(key))
    .map(([, is]) => changeOf('only_new', is, slotMs, reasonFor(old, is.product_id)));
  return [...gone, ...come];
}

function altered(was: ApprovedOrder, is: ApprovedOrder, slotMs: number): IntentChange {
  return { ...changeOf('altered', was, slotMs, null), old: termsOf(was), new: termsOf(is) };
}

function changeOf(
  kind: IntentChange['kind'],
  order: ApprovedOrder,
  slotMs: number,
  instead: string | null,
): IntentChange {
  const { product_id: symbol, side, purpose } = order;
  const terms = termsOf(order);
  const old = kind === 'only_old' ? terms : null;
  return { slot: slotText(slotMs), symbol, side, purpose, kind, old, new: old === null ? terms : null, instead };
}

/** By what is wanted, not by id: two configs may name the bot differently. */
function byIntent({ orders }: Decision): ReadonlyMap<string, ApprovedOrder> {
  const nth = new Map<string, number>();
  return new Map(
    orders.map((order) => {
      const key = `${order.product_id} ${order.purpose}`;
      nth.set(key, (nth.get(key) ?? 0) + 1);
      return [`${key} ${nth.get(key)}`, order] as const;
    }),
  );
}

function termsOf(order: ApprovedOrder): IntentTerms {
  const { quantity, limit_price, route, reason, strategy, stop_price, take_profit_price } = order;
  return {
    quantity: toText(quantity),
    limit_price: toText(limit_price),
    route: routeText(route),
    reason,
    strategy,
    stop_price: stop_price && toText(stop_price),
    take_profit_price: take_profit_price && toText(take_profit_price),
  };
}

/** With all that an order does by itself once it is sent. */
function routeText(route: Route): string {
  if (route.kind !== 'maker') return route.kind;
  const { ttl_ms, ticks_away, reprices_left, fallback } = route;
  return [
    `maker ${ttl_ms / 1_000} s`,
    ...(ticks_away > 0 ? [`${ticks_away} behind`] : []),
    ...(reprices_left > 0 ? [`${reprices_left} more`] : []),
    ...(fallback === 'taker' ? ['then taker'] : []),
  ].join(', ');
}

function reasonFor({ reasons }: Decision, symbol: string): string | null {
  return reasons.find((each) => each.symbol === symbol)?.reason ?? null;
}

/** Protection that rests is no turnover before it fills. */
function turnoverOf({ orders }: Decision): number {
  const trades = orders.filter(({ purpose }) => purpose !== 'protect');
  return trades.reduce((sum, order) => sum + toNumber(notional(order.quantity, order.limit_price, 'up')), 0);
}

function exposurePct(
  { snapshot, account }: Pick<DecisionInputs, 'snapshot' | 'account'>,
  config: DecisionConfig,
  { orders, equity }: Decision,
): number {
  const symbols = new Map(snapshot.symbols.map((symbol) => [symbol.productId, symbol]));
  const working = Object.fromEntries(orders.map((order) => [order.client_order_id, onItsWay(order)]));
  const lines = exposureOf({ ...account, working: { ...account.working, ...working } }, snapshot, symbols, config);
  return Number(equity) > 0 ? (toNumber(atRisk(lines)) / Number(equity)) * 100 : 0;
}

function onItsWay(order: ApprovedOrder): WorkingOrder {
  return { ...order, status: 'READY', order_id: null, filled: ZERO_QUANTITY, sent_at_ms: null };
}
