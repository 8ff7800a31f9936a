import type { PriceName, PriceTable } from './price-table.ts';
import { amountsOf } from './stage-amounts.ts';
import type { StageTemplate } from './stage-template.ts';
import type { ModeUsage } from './usage.ts';

export interface CostItem {
  readonly service: string;
  /** After the allowance. */
  readonly usd: number;
  readonly list_usd: number;
  readonly why: string;
}

export interface MonthlyCost {
  /** What the bill says when nothing else in the account uses the allowance that AWS gives for ever. */
  readonly total_usd: number;
  /** Without any allowance: what one more stage costs in an account that has used it up. */
  readonly list_usd: number;
  /** Dearest first; they sum up to the total. */
  readonly items: readonly CostItem[];
}

/** So much of one priced thing a month, and why. */
export interface Amount {
  readonly service: string;
  readonly price: PriceName;
  readonly quantity: number;
  readonly why: string;
}

/** The bill of a month of one stage: what its template holds, how much cycles use, what each costs. */
export function monthlyCost(template: StageTemplate, usage: ModeUsage, table: PriceTable): MonthlyCost {
  const exact = priced(amountsOf(template, usage), table);
  const sum = (pick: (item: CostItem) => number) => cents(exact.reduce((all, item) => all + pick(item), 0));
  const items = exact
    .map((item) => ({ ...item, usd: cents(item.usd), list_usd: cents(item.list_usd) }))
    .filter(({ list_usd }) => list_usd > 0)
    .sort((one, other) => other.usd - one.usd || other.list_usd - one.list_usd);
  return { total_usd: sum(({ usd }) => usd), list_usd: sum(({ list_usd }) => list_usd), items };
}

/** The allowance of a thing is used up by all amounts of it together; both kinds of SQS requests share one. */
function priced(amounts: readonly Amount[], { prices, always_free }: PriceTable): readonly CostItem[] {
  const left = new Map(Object.entries(always_free));
  return amounts.map(({ service, price, quantity, why }) => {
    const pool = price.startsWith('sqs_') ? 'sqs_request' : price;
    const free = Math.min(quantity, left.get(pool) ?? 0);
    left.set(pool, (left.get(pool) ?? 0) - free);
    const { usd } = prices[price];
    return { service, usd: (quantity - free) * usd, list_usd: quantity * usd, why };
  });
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}

/** What to look at first: the items that make up most of the bill. */
export function dominating({ items, total_usd }: MonthlyCost): readonly CostItem[] {
  const most = total_usd * 0.7;
  let sum = 0;
  return items.filter(({ usd }) => {
    const isNeeded = sum < most;
    sum += usd;
    return isNeeded;
  });
}
