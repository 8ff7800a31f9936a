import { lazyWindow } from '../indicators/anchor.ts';
import { type Interval, lastClosedBarIndex } from '../market/interval.ts';
import { jumpOf } from '../market/outlier.ts';
import type { ProductId } from '../market/product.ts';
import type { SymbolSnapshot } from '../market/snapshot.ts';
import { stalenessOf } from '../market/staleness.ts';
import { heldSymbols, isDust, workingOrders } from '../portfolio/valuation.ts';
import type { RiskView } from '../risk/view.ts';
import type { ReadyStrategy } from '../strategies/bind.ts';
import type { StrategySymbol, StrategyView } from '../strategies/strategy.ts';

/**
 * What one strategy sees, in bars of its own interval: symbols it may enter now, and symbols it holds so that it can leave
 * them. While entries are stopped it sees only the latter, so that nothing new is proposed [REQ-DD1]. What a strategy
 * without authority holds is what stands in its paper book, so that it can leave that too.
 */
export function strategyViewOf(bound: ReadyStrategy, view: RiskView): StrategyView {
  return {
    slotMs: view.snapshot.slotMs,
    interval: bound.settings.interval,
    symbols: [...view.symbols.values()].flatMap((symbol) => shown(symbol, bound, view) ?? []),
    holdings: holdingsOf(bound, view),
  };
}

/** Its entries on their way are as good as held: their places are taken. */
function holdingsOf({ name, settings }: ReadyStrategy, view: RiskView): readonly ProductId[] {
  const { account } = view;
  if (settings.shadow) return (Object.keys(account.shadow[name]?.open ?? {}) as ProductId[]).sort();
  const buying = workingOrders(account).filter(({ purpose, strategy }) => purpose === 'entry' && strategy === name);
  const held = heldSymbols(account).filter((id) => holds(name, id, view));
  return [...new Set([...held, ...buying.map(({ product_id }) => product_id)])].sort();
}

/** A remainder too small to sell must not keep a symbol closed, or a place taken, for ever. */
function holds(name: string, id: ProductId, { account, symbols, snapshot }: RiskView): boolean {
  const position = account.positions[id];
  return position?.strategy === name && !isDust(position, symbols.get(id), snapshot);
}

function shown(symbol: SymbolSnapshot, { name, settings, strategy }: ReadyStrategy, view: RiskView) {
  const { snapshot, config, universe, account, gates } = view;
  const record = universe.get(symbol.productId);
  const isHeld = settings.shadow
    ? account.shadow[name]?.open[symbol.productId] !== undefined
    : holds(name, symbol.productId, view);
  const isOpen = gates.length === 0 && record?.eligible === true;
  if (!isHeld && !isOpen) return undefined;
  if (stalenessOf(symbol, snapshot.asOfMs, snapshot.baseInterval, config.policy.data) !== null) return undefined;

  if (isOutlier(symbol, view)) return undefined;

  const candles = windowOf(symbol, settings.interval, strategy.warmupBars, snapshot.slotMs);
  if (candles === undefined) return undefined;
  const baseSizePct = config.policy.proposals.base_position_pct[record?.tier ?? 'T3'];
  return { productId: symbol.productId, baseSizePct, candles, isHeld } satisfies StrategySymbol;
}

/** A jump out of all proportion is no market to have an opinion on [REQ-O1]; the exits still watch the position. */
function isOutlier(symbol: SymbolSnapshot, { universe, snapshot, config }: RiskView): boolean {
  const record = universe.get(symbol.productId);
  if (record !== undefined) return record.exclusion_reason === 'outlier';
  return jumpOf(symbol, snapshot, config.policy.data)?.isOutlier === true;
}

/** undefined also where the interval's newest closed bar could not be read yet: an older window is never passed off as it. */
function windowOf(symbol: SymbolSnapshot, interval: Interval, warmupBars: number, slotMs: number) {
  const all = symbol.candles[interval];
  return all && lazyWindow(all, lastClosedBarIndex(slotMs, interval), warmupBars);
}
