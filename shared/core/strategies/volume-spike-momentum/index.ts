import * as z from 'zod';
import { settledAt } from '../../indicators/read.ts';
import { realisedVolatility } from '../../indicators/realised-volatility.ts';
import type { Candles } from '../../market/candles.ts';
import { below, bracketParams } from '../common-params.ts';
import { type Opinion, perSymbol } from '../per-symbol.ts';
import type { StrategySymbol } from '../strategy.ts';
import { volumeBaseline } from './volume-baseline.ts';

const params = z
  .strictObject({
    baseline_lookback_bars: z.int().min(10).max(250),
    /** Percent of the baseline's bars that must have traded at all. */
    min_traded_share_pct: z.number().positive().max(100),
    /** Volume of the newest bar over the baseline: what counts as a spike, and what earns full conviction. */
    min_volume_ratio: z.number().min(1).max(100),
    full_volume_ratio: z.number().positive().max(1_000),
    move_lookback_bars: z.int().min(1).max(50),
    /** The signed return over the move, in percent and in deviations of its own noise. */
    min_move_pct: z.number().positive().max(100),
    min_move_score: z.number().min(0).max(10),
    /** A position is sold when the return over so many bars is negative. */
    exit_lookback_bars: z.int().min(1).max(250),
    ...bracketParams,
  })
  .refine(...below('min_volume_ratio', 'full_volume_ratio', 'conviction would be full at once'));
type Params = z.output<typeof params>;

/** Buys a rise that unusually many took part in, and leaves when it no longer rises. */
export const volumeSpikeMomentum = perSymbol({
  name: 'volume-spike-momentum',
  params,
  warmupBars,
  entry,
  exit,
});

function warmupBars({ baseline_lookback_bars, move_lookback_bars, exit_lookback_bars }: Params): number {
  return Math.max(baseline_lookback_bars + move_lookback_bars, exit_lookback_bars);
}

function entry({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  const move_pct = movedPct(candles, settings.move_lookback_bars);
  if (move_pct < settings.min_move_pct) return undefined;
  const volume_ratio = volumeRatio(candles, settings);
  if (volume_ratio < settings.min_volume_ratio) return undefined;
  const move_score = moveScore(candles, move_pct, settings);
  if (move_score < settings.min_move_score) return undefined;

  const share = (volume_ratio - settings.min_volume_ratio) / (settings.full_volume_ratio - settings.min_volume_ratio);
  const conviction = Math.min(1, 0.5 + share / 2);
  return {
    bracket: settings,
    conviction,
    reason: 'volume_spike',
    trigger: { volume_ratio, move_pct, move_score },
  };
}

function exit({ candles }: StrategySymbol, settings: Params): Opinion | undefined {
  const move_pct = movedPct(candles, settings.exit_lookback_bars);
  if (move_pct >= 0) return undefined;
  return { bracket: settings, reason: 'faded', trigger: { move_pct } };
}

/** Signed on purpose: a crowd that sells is no reason to buy. */
function movedPct({ close, length }: Candles, lookback: number): number {
  return 100 * ((close[length - 1] as number) / (close[length - 1 - lookback] as number) - 1);
}

/** Of the newest bar; 0 where the bars before it do not tell what is usual, so that nothing follows from it. */
function volumeRatio(candles: Candles, { baseline_lookback_bars, min_traded_share_pct }: Params): number {
  const last = candles.length - 1;
  const baseline = volumeBaseline(candles, last, baseline_lookback_bars, min_traded_share_pct / 100);
  return baseline === undefined ? 0 : (candles.volume[last] as number) / baseline;
}

/** In deviations of what the market did before the move; a market that stood still has no scale and scores nothing. */
function moveScore(candles: Candles, movePct: number, settings: Params): number {
  const before = candles.length - settings.move_lookback_bars;
  const volatility = settledAt(realisedVolatility, [settings.baseline_lookback_bars], candles, before);
  const scale = volatility * Math.sqrt(settings.move_lookback_bars);
  return scale > 0 ? movePct / 100 / scale : 0;
}
