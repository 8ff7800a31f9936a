import { type Opinion, perSymbol } from '../per-symbol.ts';
import type { StrategySymbol, StrategyView } from '../strategy.ts';
import { convictionOf } from './conviction.ts';
import { type ClassicParams, classicParams, MAX_BARS_PER_HOUR } from './params.ts';
import { isAwake } from './reversal.ts';
import { type Market, marketOf } from './signed-market.ts';
import { scoreOf, type Trigger, triggersOf } from './triggers.ts';

/** Five triggers, one kept per symbol: upwards it buys, downwards it sells what it holds. */
export const classicRules = perSymbol({
  name: 'classic-rules',
  params: classicParams,
  warmupBars,
  entry: opinion,
  exit: opinion,
});

/** In the shortest bars allowed; longer ones then simply know more hours than are asked about. */
function warmupBars(settings: ClassicParams): number {
  const { lookback_hours, trend_ema_hours, trend_slope_hours, rsi_hours, atr_lookback_bars } = settings;
  const hours = Math.max(lookback_hours, trend_ema_hours + trend_slope_hours, rsi_hours + 2);
  return Math.max(hours * MAX_BARS_PER_HOUR, atr_lookback_bars);
}

function opinion(symbol: StrategySymbol, settings: ClassicParams, { interval }: StrategyView): Opinion | undefined {
  const market = marketOf(symbol.candles, interval, MAX_BARS_PER_HOUR);
  const trigger = strongest(market, settings);
  if (trigger === undefined || (trigger.direction === 1) === symbol.isHeld) return undefined;
  if (!isAwake(market, settings.atr_lookback_bars, settings.atr_filter_min_mult)) return undefined;
  return opinionOf(symbol, trigger, settings);
}

/**
 * By strength times confidence, in both directions together: a bounce in a crash is outweighed by the crash. Up and down
 * equally strong say nothing.
 */
function strongest(market: Market, settings: ClassicParams): Trigger | undefined {
  const up = strongestOf(triggersOf(market, 1, settings));
  const down = strongestOf(triggersOf(market, -1, settings));
  const lead = (up === undefined ? 0 : scoreOf(up)) - (down === undefined ? 0 : scoreOf(down));
  if (lead === 0) return undefined;
  const winner = lead > 0 ? up : down;
  return winner !== undefined && scoreOf(winner) >= settings.min_trigger_score ? winner : undefined;
}

/** The first of the strongest, in the order in which they are looked for. */
function strongestOf(triggers: readonly Trigger[]): Trigger | undefined {
  return triggers.toSorted((a, b) => scoreOf(b) - scoreOf(a))[0];
}

function opinionOf({ baseSizePct, isHeld }: StrategySymbol, trigger: Trigger, settings: ClassicParams): Opinion {
  const { name, strength, confidence, figures } = trigger;
  const rule = settings.rules[name];
  return {
    bracket: rule,
    conviction: convictionOf(trigger, settings.conviction_weights),
    notional_pct: isHeld ? baseSizePct : baseSizePct * rule.size_factor * confidence,
    reason: isHeld ? `${name}_down` : name,
    trigger: { ...figures, strength, confidence, score: scoreOf(trigger) },
  };
}
