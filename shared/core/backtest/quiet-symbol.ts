import type { Decision, UniverseRecord } from '../cycle/decision.ts';
import type { DecisionConfig, Tier } from '../cycle/decision-config.ts';
import type { WindowNeeded } from '../cycle/requirements.ts';
import { hasWindow } from '../indicators/anchor.ts';
import type { Candles } from '../market/candles.ts';
import { INTERVAL_MS, lastClosedBarIndex } from '../market/interval.ts';
import type { MarketSnapshot } from '../market/snapshot.ts';
import { stalenessOf } from '../market/staleness.ts';
import { toNumber, type Usd } from '../money/fixed.ts';
import type { Desk } from './desk.ts';
import { type BarMarket, dayVolumeUsd, halfSpread, knownAt, quoteTimeMs } from './market.ts';
import type { Series } from './series.ts';

/** Why a symbol is left out, null: it is let in; UNSURE: too close for plain numbers, the checks themselves must say. */
type Standing = string | null | typeof UNSURE;
const UNSURE: unique symbol = Symbol('unsure');

interface StandingContext {
  readonly market: BarMarket;
  readonly config: DecisionConfig;
  readonly windows: readonly WindowNeeded[];
}

/** Figures this near to their limit are left to the checks, which are exact. */
const NEAR = 1e-6;
const DAY_MS = 86_400_000;
/** An amount in cents is at most one of them below what it was cut from. */
const CENT = 0.01;

/** A symbol as a decision left it. */
export interface StandingSymbol {
  readonly series: Series;
  readonly record: UniverseRecord | undefined;
  readonly isListed: boolean;
  readonly isStale: boolean;
}

/** What lists and flags say does not change with the bars: of a ban only its end does, of a new name only a listing. */
const FIXED_REASONS: ReadonlySet<string> = new Set(['never_trade', 'product_disabled', 'red_flag', 'renamed']);

/** All that have bars: the others are never listed. */
export function standingSymbols(
  { market, config }: Pick<Desk, 'market' | 'config'>,
  snapshot: MarketSnapshot,
  { universe }: Decision,
): readonly StandingSymbol[] {
  const records = new Map(universe.map((record) => [record.symbol, record]));
  return snapshot.symbols.flatMap(({ productId, product, lastTradedBarIndex: traded }) => {
    const series = market.series.get(productId);
    if (series === undefined) return [];
    const isStale = traded !== null && staleReason(traded, snapshot.slotMs, market, config) !== null;
    return [{ series, record: records.get(productId), isListed: product !== null, isStale }];
  });
}

/** Whether the universe says the same of it at this slot. */
export function stands(
  { series, record, isListed, isStale }: StandingSymbol,
  slotMs: number,
  context: StandingContext,
): boolean {
  const { market, config } = context;
  const known = knownAt(series, lastClosedBarIndex(slotMs, market.baseInterval));
  if ((known !== null) !== isListed) return false;
  if (known !== null && (staleReason(known.tradedIndex, slotMs, market, config) !== null) !== isStale) return false;
  if (record === undefined || FIXED_REASONS.has(record.exclusion_reason ?? '')) return true;
  const standing = standingOf(series, record.tier, slotMs, context);
  return standing !== UNSURE && standing === record.exclusion_reason;
}

/**
 * What the checks of the universe (universe/checks.ts) would say of a series at a slot, in their order and from the same
 * bars, in plain numbers. Where it says something, it is what they say.
 */
function standingOf(series: Series, tier: Tier, slotMs: number, context: StandingContext): Standing {
  const { market, config, windows } = context;
  const t = lastClosedBarIndex(slotMs, market.baseInterval);
  const known = knownAt(series, t);
  if (known === null) return 'not_listed';
  const stale = staleReason(known.tradedIndex, slotMs, market, config);
  if (stale !== null) return stale;
  if (!isSurelyCalm(series, known.at, config)) return UNSURE;
  const youth =
    listingAge(series, slotMs, config) ?? judgement(series, slotMs, windows) ?? baseHistory(series, known.at, config);
  if (youth !== null) return youth;
  return liquidity(series, known.at, tier, context) ?? tightness(series, known.at, tier, slotMs, context);
}

/** Whole numbers of milliseconds: exact. */
function staleReason(
  tradedIndex: number,
  slotMs: number,
  { baseInterval }: BarMarket,
  { policy }: DecisionConfig,
): string | null {
  const timeMs = quoteTimeMs(slotMs, tradedIndex, INTERVAL_MS[baseInterval]);
  const symbol = { quote: { timeMs }, lastTradedBarIndex: tradedIndex };
  return stalenessOf(symbol, slotMs, baseInterval, policy.data)?.reason ?? null;
}

/** The quote stands round the last close, off it by the grid at most. */
function isSurelyCalm({ base, increment }: Series, at: number, { policy }: DecisionConfig): boolean {
  const { outlier_min_sigma_bps, outlier_sigma } = policy.data;
  const mostBps = ((2 * increment) / (base.close[at] as number)) * 10_000;
  return mostBps * (1 + NEAR) < outlier_min_sigma_bps * outlier_sigma;
}

/** Where the exchange does not say since when, the oldest bar that is shown would: it moves. */
function listingAge({ product }: Series, slotMs: number, { universe }: DecisionConfig): Standing {
  const { min_listing_age_days } = universe;
  if (min_listing_age_days === 0) return null;
  if (product.listedAtMs === null) return UNSURE;
  return slotMs - product.listedAtMs >= min_listing_age_days * DAY_MS ? null : 'new_listing';
}

function judgement({ histories }: Series, slotMs: number, windows: readonly WindowNeeded[]): Standing {
  if (windows.length === 0) return null;
  let areRead = true;
  for (const { interval, warmupBars } of windows) {
    const bars = histories.get(interval)?.bars;
    const t = lastClosedBarIndex(slotMs, interval);
    if (bars !== undefined && hasWindow(bars, t, warmupBars)) return null;
    areRead &&= bars !== undefined && isRead(bars, t);
  }
  return areRead ? 'insufficient_history' : UNSURE;
}

/** A series has its newest bar, or none yet. One that ended is for the checks. */
function isRead({ index, length }: Candles, t: number): boolean {
  return length === 0 || t < (index[0] as number) || (index[length - 1] as number) >= t;
}

/** A bar so far back that was traded, or that follows one which the snapshot still shows. */
function baseHistory({ base, lastTraded }: Series, at: number, { universe, policy }: DecisionConfig): Standing {
  const { min_history_bars } = universe;
  if (min_history_bars === 0) return null;
  const first = at - min_history_bars + 1;
  // There are not so many bars.
  if (first < 0) return 'insufficient_history';
  const shown = (base.index[at] as number) - Math.max(policy.data.outlier_window_bars + 1, min_history_bars) + 1;
  const traded = lastTraded[first] as number;
  const isSure = traded >= shown && (base.volume[traded - (base.index[0] as number)] as number) > 0;
  return isSure ? null : UNSURE;
}

function liquidity(series: Series, at: number, tier: Tier, { market, config }: StandingContext): Standing {
  const floor = toNumber(config.universe.tiers[tier].min_24h_volume_usd as Usd);
  const volume = dayVolumeUsd(series, at, market.baseInterval);
  if (volume > floor + CENT + floor * NEAR) return null;
  return volume < floor - CENT - floor * NEAR ? 'low_volume' : UNSURE;
}

/** The grid widens a spread by two steps at most, and moves the middle by half of one. */
function tightness(
  series: Series,
  at: number,
  tier: Tier,
  slotMs: number,
  { market, config }: StandingContext,
): Standing {
  const { max_spread_bps } = config.universe.tiers[tier];
  const bar = Math.floor(slotMs / INTERVAL_MS[market.baseInterval]);
  const spreadBps = 2 * halfSpread(market, series, bar) * 10_000;
  const step = series.increment / (series.base.close[at] as number);
  if (spreadBps + 3 * step * 10_000 < max_spread_bps * (1 - NEAR)) return null;
  return spreadBps * (1 - step) > max_spread_bps * (1 + NEAR) ? 'wide_spread' : UNSURE;
}
