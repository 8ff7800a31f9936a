import type { Policy, Regime } from '../cycle/decision-config.ts';
import { type Ratio, ratio } from '../money/fixed.ts';

export interface RegimeNow {
  readonly name: Regime;
  /** Times every size and every cap [REQ-U3]; 0 in a crash: no entries. */
  readonly multiplier: Ratio;
}

/** The operator's word is the regime. */
export function regimeOf({ regime }: Policy): RegimeNow {
  return { name: regime.override, multiplier: ratio(regime.multipliers[regime.override].toFixed(8)) };
}
