import type { Candles } from '../../market/candles.ts';
import { isTrending, type ReversalSettings, reversalConfirmations } from './reversal.ts';
import { type Direction, extremeDistancePct, type Market, movedPct } from './signed-market.ts';

export type TriggerName = 'price_move' | 'volume_spike' | 'breakout' | 'reversal' | 'momentum';

/** Something happened, upwards or downwards. */
export interface Trigger {
  readonly name: TriggerName;
  readonly direction: Direction;
  /** 0..1 */
  readonly strength: number;
  /** 0..1 */
  readonly confidence: number;
  readonly confirmations: readonly Confirmation[];
  readonly figures: Readonly<Record<string, number>>;
}

export type Confirmation = 'close_above_vwap' | 'higher_low' | 'rsi_cross_50' | 'bounce_confirmed';

export interface TriggerSettings extends ReversalSettings {
  readonly lookback_hours: number;
  readonly pct_change_15m: number;
  readonly pct_change_60m: number;
  readonly volume_ratio_1h: number;
  readonly volume_spike_min_change_pct: number;
  readonly momentum_min_return_pct: number;
  readonly reversal_min_recovery_pct: number;
  readonly reversal_max_recovery_pct: number;
  readonly reversal_min_confirmations: number;
}

const FULL_MOMENTUM_PCT = 10;
const REVERSAL_CONFIDENCE = 0.6;
const BREAKOUT = { strength: 0.7, confidence: 0.8 } as const;
const PRICE_MOVE = {
  both: { strength: 0.8, confidence: 0.85 },
  fast: { strength: 0.6, confidence: 0.7 },
  slow: { strength: 0.7, confidence: 0.75 },
} as const;

/**
 * What fired in one direction. The downward triggers are the upward ones on the market's mirror image, so nothing here can
 * take a fall for a rise.
 */
export function triggersOf(market: Market, direction: Direction, settings: TriggerSettings): readonly Trigger[] {
  const fired = [
    priceMove(market, direction, settings),
    volumeSpike(market, direction, settings),
    breakout(market, direction, settings) ?? reversal(market, direction, settings),
    momentum(market, direction, settings),
  ];
  return fired.filter((trigger) => trigger !== undefined);
}

export function scoreOf({ strength, confidence }: Pick<Trigger, 'strength' | 'confidence'>): number {
  return strength * confidence;
}

/** Each trigger when its own thresholds are just met, its confidence at its best: what the gates behind must let through. */
export function weakestTriggers(
  settings: Pick<
    TriggerSettings,
    'volume_ratio_1h' | 'momentum_min_return_pct' | 'reversal_min_recovery_pct' | 'reversal_max_recovery_pct'
  >,
): readonly (Pick<Trigger, 'name' | 'strength' | 'confidence'> & { readonly score: number })[] {
  const weakest = [
    { name: 'price_move', ...PRICE_MOVE.fast },
    { name: 'volume_spike', ...volumeGrades(settings.volume_ratio_1h) },
    { name: 'breakout', ...BREAKOUT },
    {
      name: 'reversal',
      strength: settings.reversal_min_recovery_pct / settings.reversal_max_recovery_pct,
      confidence: REVERSAL_CONFIDENCE,
    },
    { name: 'momentum', strength: settings.momentum_min_return_pct / FULL_MOMENTUM_PCT, confidence: 1 },
  ] as const;
  return weakest.map((trigger) => ({ ...trigger, score: scoreOf(trigger) }));
}

function priceMove(market: Market, direction: Direction, settings: TriggerSettings): Trigger | undefined {
  const { candles, barsPerHour } = market;
  // Bars longer than 15 minutes cannot show such a move, and an hour's move is not passed off as one.
  const fast = barsPerHour % 4 === 0 ? movedPct(candles, barsPerHour / 4, direction) : 0;
  const slow = movedPct(candles, barsPerHour, direction);
  const grades = priceMoveGrades(fast >= settings.pct_change_15m, slow >= settings.pct_change_60m);
  if (grades === undefined) return undefined;
  return { name: 'price_move', direction, ...grades, confirmations: [], figures: { move_15m: fast, move_60m: slow } };
}

function priceMoveGrades(isFast: boolean, isSlow: boolean): Pick<Trigger, 'strength' | 'confidence'> | undefined {
  if (isFast && isSlow) return PRICE_MOVE.both;
  if (isFast) return PRICE_MOVE.fast;
  return isSlow ? PRICE_MOVE.slow : undefined;
}

function volumeSpike({ candles, barsPerHour }: Market, direction: Direction, settings: TriggerSettings) {
  const move = movedPct(candles, barsPerHour, direction);
  if (move < settings.volume_spike_min_change_pct) return undefined;
  const ratio = hourlyVolumeRatio(candles, barsPerHour, settings.lookback_hours);
  if (ratio < settings.volume_ratio_1h) return undefined;
  const figures = { volume_ratio: ratio, move_60m: move };
  return { name: 'volume_spike', direction, ...volumeGrades(ratio), confirmations: [], figures } as const;
}

function volumeGrades(ratio: number): Pick<Trigger, 'strength' | 'confidence'> {
  return { strength: Math.min((ratio - 1) / 3, 1), confidence: Math.min(ratio / 4, 1) };
}

/** The last hour is not part of what it is compared with; a market that hardly trades has no usual hour, hence 0. */
function hourlyVolumeRatio({ volume, length }: Candles, barsPerHour: number, lookbackHours: number): number {
  const hour = volume.subarray(length - barsPerHour);
  const before = volume.subarray(length - lookbackHours * barsPerHour, length - barsPerHour);
  const traded = before.reduce((count, size) => count + (size > 0 ? 1 : 0), 0);
  if (traded * 2 < before.length) return 0;
  return sumOf(hour) / (sumOf(before) / (lookbackHours - 1));
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The newest bar is not part of the range that it breaks. */
function breakout({ candles, barsPerHour }: Market, direction: Direction, { lookback_hours }: TriggerSettings) {
  const bars = lookback_hours * barsPerHour;
  const below = extremeDistancePct(candles, bars, candles.length - 1, -direction as Direction);
  if (below >= 0) return undefined;
  return { name: 'breakout', direction, ...BREAKOUT, confirmations: [], figures: { beyond_pct: -below } } as const;
}

function reversal(market: Market, direction: Direction, settings: TriggerSettings): Trigger | undefined {
  const { candles, barsPerHour } = market;
  const recovery = extremeDistancePct(candles, settings.lookback_hours * barsPerHour, candles.length, direction);
  if (recovery < settings.reversal_min_recovery_pct || recovery > settings.reversal_max_recovery_pct) return undefined;
  if (!isTrending(market, direction, settings)) return undefined;
  const confirmations = reversalConfirmations(market, direction, settings);
  if (confirmations.length < settings.reversal_min_confirmations) return undefined;
  return {
    name: 'reversal',
    direction,
    strength: recovery / settings.reversal_max_recovery_pct,
    confidence: REVERSAL_CONFIDENCE,
    confirmations,
    figures: { recovery_pct: recovery, confirmations: confirmations.length },
  };
}

function momentum(market: Market, direction: Direction, settings: TriggerSettings): Trigger | undefined {
  const { candles, barsPerHour } = market;
  const moved = movedPct(candles, settings.lookback_hours * barsPerHour, direction);
  if (moved < settings.momentum_min_return_pct) return undefined;
  const strength = Math.min(moved / FULL_MOMENTUM_PCT, 1);
  const confidence = consistency(market, direction, settings.lookback_hours);
  return { name: 'momentum', direction, strength, confidence, confirmations: [], figures: { return_pct: moved } };
}

/** Share of the last twelve hours, or of the whole lookback where that is less, that went the same way. */
function consistency({ candles, barsPerHour }: Market, direction: Direction, lookbackHours: number): number {
  const count = Math.min(12, lookbackHours);
  const last = candles.length - 1;
  let same = 0;
  for (let hour = 0; hour < count; hour += 1) {
    const end = candles.close[last - hour * barsPerHour] as number;
    const start = candles.close[last - (hour + 1) * barsPerHour] as number;
    if (direction * (end - start) > 0) same += 1;
  }
  return same / count;
}
