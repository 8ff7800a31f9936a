import type { DecisionConfig } from '../core/cycle/decision-config.ts';
import type { MarketSnapshot } from '../core/market/snapshot.ts';
import { usd } from '../core/money/fixed.ts';
import type { Account } from '../core/portfolio/account.ts';
import { pctOf, workingOrders } from '../core/portfolio/valuation.ts';
import { atRisk, exposureOf } from '../core/risk/exposure.ts';

/** What an operator asks about the books after a cycle, and no decision is made from. */
export interface BookFigures {
  /** Everything at risk at worst case, in percent of equity; null without equity. */
  readonly exposure_pct: number | null;
  readonly orders_working: number;
  readonly orders_unknown: number;
}

export function bookFigures(
  account: Account,
  snapshot: MarketSnapshot,
  config: Pick<DecisionConfig, 'policy' | 'universe'>,
  equity: string,
): BookFigures {
  const symbols = new Map(snapshot.symbols.map((symbol) => [symbol.productId, symbol]));
  const working = workingOrders(account);
  return {
    exposure_pct: pctOf(atRisk(exposureOf(account, snapshot, symbols, config)), usd(equity)),
    orders_working: working.length,
    orders_unknown: working.filter(({ status }) => status === 'UNKNOWN').length,
  };
}
