import { anchoredWindow } from '../indicators/anchor.ts';
import { lastClosedBarIndex } from '../market/interval.ts';
import type { SymbolSnapshot } from '../market/snapshot.ts';
import { stalenessOf } from '../market/staleness.ts';
import { isDust } from '../portfolio/valuation.ts';
import type { RiskView } from '../risk/view.ts';
import type { Strategy, StrategySymbol, StrategyView } from '../strategies/strategy.ts';

/**
 * What one strategy sees: symbols it may enter now, and symbols it holds so that it can leave them. While entries are
 * stopped it sees only the latter, so that nothing new is proposed [REQ-DD1].
 */
export function strategyViewOf(strategy: Strategy, view: RiskView): StrategyView {
  const { snapshot, config, symbols } = view;
  return {
    slotMs: snapshot.slotMs,
    interval: config.signals.interval,
    symbols: [...symbols.values()].flatMap((symbol) => shown(symbol, strategy, view) ?? []),
  };
}

function shown(symbol: SymbolSnapshot, strategy: Strategy, view: RiskView): StrategySymbol | undefined {
  const { snapshot, config, universe, account, gates } = view;
  const record = universe.get(symbol.productId);
  const position = account.positions[symbol.productId];
  // A remainder too small to sell must not keep the symbol closed for ever.
  const isHeld = position?.strategy === strategy.name && !isDust(position, symbol, snapshot);
  const isOpen = gates.length === 0 && record?.eligible === true;
  if (!isHeld && !isOpen) return undefined;
  if (stalenessOf(symbol, snapshot.asOfMs, snapshot.baseInterval, config.policy.data) !== null) return undefined;

  const { interval } = config.signals;
  const all = symbol.candles[interval];
  const candles = all && anchoredWindow(all, lastClosedBarIndex(snapshot.slotMs, interval), strategy.warmupBars);
  if (candles === undefined) return undefined;
  const baseSizePct = config.policy.proposals.base_position_pct[record?.tier ?? 'T3'];
  return { productId: symbol.productId, baseSizePct, candles, isHeld };
}
