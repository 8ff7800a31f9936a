import type { ClassicParams } from '../params.ts';

export type TestParams = Partial<ClassicParams>;

const rule = { stop_loss_pct: 6, take_profit_pct: 12, size_factor: 1 };

/** The shipped thresholds, with rules that do not differ where a test does not ask. */
export const PREDECESSOR: ClassicParams = {
  lookback_hours: 24,
  pct_change_15m: 1.2,
  pct_change_60m: 2.5,
  volume_ratio_1h: 2.2,
  volume_spike_min_change_pct: 2,
  momentum_min_return_pct: 2,
  reversal_min_recovery_pct: 5,
  reversal_max_recovery_pct: 10,
  reversal_min_confirmations: 3,
  min_bounce_from_low_pct: 0.6,
  rsi_hours: 14,
  trend_ema_hours: 21,
  trend_slope_hours: 3,
  min_slope_pct_per_hour: 0.05,
  atr_lookback_bars: 14,
  atr_filter_min_mult: 1.05,
  min_trigger_score: 0.2,
  conviction_weights: {
    trigger_strength: 0.5,
    trigger_confidence: 0.3,
    quality_boosts: { close_above_vwap: 0.04, higher_low: 0.04, rsi_cross_50: 0.03, bounce_confirmed: 0.04 },
  },
  rules: { price_move: rule, volume_spike: rule, breakout: rule, reversal: rule, momentum: rule },
};
