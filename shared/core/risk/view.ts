import type { UniverseRecord } from '../cycle/decision.ts';
import type { DecisionConfig } from '../cycle/decision-config.ts';
import type { ProductId } from '../market/product.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../market/snapshot.ts';
import { portion, type Ratio, ratioFromPct, type Usd } from '../money/fixed.ts';
import type { Account } from '../portfolio/account.ts';
import { withId } from '../portfolio/by-id.ts';
import { reservationOf } from '../portfolio/ledger.ts';
import type { MarksNow } from '../portfolio/marks.ts';
import type { RegimeNow } from '../regime/regime.ts';
import type { ApprovedOrder } from './approved-order.ts';
import { type ExposureLine, exposureOf } from './exposure.ts';
import type { Gate } from './gates.ts';

/** Everything a rule may look at. Grows with each approval of the cycle, so two orders cannot spend the same room. */
export interface RiskView {
  readonly config: DecisionConfig;
  readonly snapshot: MarketSnapshot;
  readonly symbols: ReadonlyMap<ProductId, SymbolSnapshot>;
  readonly universe: ReadonlyMap<ProductId, UniverseRecord>;
  readonly gates: readonly Gate[];
  readonly regime: RegimeNow;
  readonly multiplier: Ratio;
  readonly equity: Usd;
  readonly marks: MarksNow;
  readonly account: Account;
  readonly exposure: readonly ExposureLine[];
}

/** The view after an order was approved: it is on its way, at worst case. */
export function withApproved(view: RiskView, order: ApprovedOrder): RiskView {
  const working = withId(view.account.working, order.client_order_id, reservationOf(order));
  const account = { ...view.account, working };
  const exposure = exposureOf(account, view.snapshot, view.symbols, view.config);
  return { ...view, account, exposure };
}

/** A cap in money: percent of equity times the regime multiplier, rounded down [REQ-U3]. */
export function capOf(view: Pick<RiskView, 'equity' | 'multiplier'>, pct: number): Usd {
  return portion(portion(view.equity, ratioFromPct(pct), 'down'), view.multiplier, 'down');
}
