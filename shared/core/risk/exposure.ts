import type { DecisionConfig, Tier, Universe } from '../cycle/decision-config.ts';
import type { ProductId } from '../market/product.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../market/snapshot.ts';
import { add, type Usd, ZERO_USD } from '../money/fixed.ts';
import type { Account, Position } from '../portfolio/account.ts';
import { EXTERNAL, externalHoldings, externalValue } from '../portfolio/external.ts';
import { cautiousMark, heldSymbols, positionValue, workingOrders, worstCase } from '../portfolio/valuation.ts';
import { themeOf, tierOf } from '../universe/classify.ts';

/** One amount at risk: a position at its ask, or a buy on its way at all it may still cost. */
export interface ExposureLine {
  readonly symbol: ProductId;
  readonly theme: string | null;
  readonly tier: Tier | null;
  readonly strategy: string;
  readonly amount: Usd;
}

/**
 * Everything at risk: filled plus working plus UNKNOWN at worst case [I3, REQ-E2]. A sell on its way frees nothing before
 * it has filled. Coins from before the bot count where the policy says so.
 */
export function exposureOf(
  account: Account,
  snapshot: MarketSnapshot,
  symbols: ReadonlyMap<ProductId, SymbolSnapshot>,
  { policy, universe }: Pick<DecisionConfig, 'policy' | 'universe'>,
): readonly ExposureLine[] {
  const held = heldSymbols(account).map((symbol) => {
    const position = account.positions[symbol] as Position;
    const amount = positionValue(position, cautiousMark(symbols.get(symbol), snapshot, policy.data), 'ask', 'up');
    return lineOf(universe, symbol, position.strategy, amount, symbols);
  });
  const buying = workingOrders(account)
    .filter((order) => order.side === 'BUY')
    .map((order) => lineOf(universe, order.product_id, order.strategy, worstCase(order), symbols));
  const external = externalHoldings(account, snapshot, policy).map((holding) =>
    lineOf(universe, holding.symbol.productId, EXTERNAL, externalValue(holding, snapshot, policy.data, 'ask'), symbols),
  );
  return [...held, ...buying, ...external];
}

function lineOf(
  universe: Universe,
  symbol: ProductId,
  strategy: string,
  amount: Usd,
  symbols: ReadonlyMap<ProductId, SymbolSnapshot>,
): ExposureLine {
  const tier = tierOf(universe, symbol, symbols.get(symbol)?.product);
  return { symbol, theme: themeOf(universe, symbol), tier, strategy, amount };
}

export function atRisk(lines: readonly ExposureLine[], counts: (line: ExposureLine) => boolean = () => true): Usd {
  return lines.filter(counts).reduce<Usd>((sum, line) => add(sum, line.amount), ZERO_USD);
}
