import type { Policy, Regime } from '../cycle/decision-config.ts';
import { lastClosedBarIndex } from '../market/interval.ts';
import type { MarketSnapshot } from '../market/snapshot.ts';
import { type Ratio, ratio } from '../money/fixed.ts';
import { type DetectedRegime, detectRegime, isWorse, type RegimeFigures } from './detector.ts';

export interface RegimeNow {
  readonly name: Regime;
  /** Times every size and every cap [REQ-U3]; 0 in a crash: no entries. */
  readonly multiplier: Ratio;
  /**
   * 'override': the operator's word; 'bars': the newest daily close; 'last_known': an older one, the newest is missing;
   * 'no_bars': nothing is known.
   */
  readonly source: 'override' | 'bars' | 'last_known' | 'no_bars';
  /** What the newest known daily close shows, also where it does not decide. */
  readonly figures: RegimeFigures | null;
}

/**
 * The operator's word, else what the daily closes of the reference show. Without the newest close it is the worse of chop
 * and what was known before: missing data never make the market better.
 */
export function regimeOf({ regime }: Policy, snapshot: Pick<MarketSnapshot, 'slotMs' | 'symbols'>): RegimeNow {
  const { detected, isCurrent } = read(regime, snapshot);
  const known = detected?.name ?? 'chop';
  const cautious = isWorse(known, 'chop') ? known : 'chop';
  const name = regime.override === 'none' ? (isCurrent ? known : cautious) : regime.override;
  return {
    name,
    multiplier: ratio(regime.multipliers[name].toFixed(8)),
    source: regime.override === 'none' ? sourceOf(detected, isCurrent) : 'override',
    figures: detected?.figures ?? null,
  };
}

function sourceOf(detected: DetectedRegime | undefined, isCurrent: boolean): RegimeNow['source'] {
  if (detected === undefined) return 'no_bars';
  return isCurrent ? 'bars' : 'last_known';
}

function read(regime: Policy['regime'], { symbols, slotMs }: Pick<MarketSnapshot, 'slotMs' | 'symbols'>) {
  const daily = symbols.find(({ productId }) => productId === regime.reference)?.candles['1d'];
  const today = lastClosedBarIndex(slotMs, '1d');
  // A day on which the reference did not trade at all is a day that was not told: filled-in bars are no closes.
  const position = daily?.volume.findLastIndex((volume, i) => volume > 0 && (daily.index[i] as number) <= today) ?? -1;
  if (daily === undefined || position < 0) return { detected: undefined, isCurrent: false };
  const day = daily.index[position] as number;
  const detected = detectRegime(daily, day, regime);
  return { detected, isCurrent: detected !== undefined && day === today };
}
