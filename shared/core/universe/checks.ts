import type { Detail, UniverseRecord } from '../cycle/decision.ts';
import type { DecisionConfig, Tier } from '../cycle/decision-config.ts';
import type { WindowNeeded } from '../cycle/requirements.ts';
import { hasWindow } from '../indicators/anchor.ts';
import type { Candles } from '../market/candles.ts';
import { barStartMs, type Interval, lastClosedBarIndex } from '../market/interval.ts';
import { isSurelyCalm, jumpOf } from '../market/outlier.ts';
import { permissionsOf, permittedActions } from '../market/product.ts';
import { isWiderThan, spreadBps } from '../market/quote.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../market/snapshot.ts';
import { barAge, quoteAge, stalenessOf, usableQuote } from '../market/staleness.ts';
import { toText } from '../money/fixed.ts';

export interface Finding {
  /** null: the check is passed. */
  readonly reason: string | null;
  readonly figures: UniverseRecord['figures'];
}

/** A check's finding, its figures only where somebody will read them. */
function finding({ detail }: Examined, reason: string | null, figures: () => Finding['figures']): Finding {
  return { reason, figures: detail === 'full' ? figures() : NO_FIGURES };
}

const NO_FIGURES: Finding['figures'] = {};

export interface Examined {
  readonly symbol: SymbolSnapshot;
  readonly tier: Tier;
  readonly snapshot: MarketSnapshot;
  readonly config: DecisionConfig;
  /** What the strategies that will run look at. */
  readonly windows: readonly WindowNeeded[];
  readonly detail: Detail;
}

type Check = (examined: Examined) => Finding;

const DAY_MS = 86_400_000;

const dataComplete: Check = ({ symbol: { faults } }) =>
  faults.length > 0 ? { reason: 'data_missing', figures: { faults: faults.join(',') } } : { reason: null, figures: {} };

const listed: Check = ({ symbol: { product } }) => ({ reason: product === null ? 'not_listed' : null, figures: {} });

const tradable: Check = (examined) => {
  const { product } = examined.symbol;
  if (product === null) return { reason: null, figures: {} };
  const { buy, blockedBy } = permissionsOf(product.flags);
  return finding(examined, buy ? null : 'product_disabled', () => ({
    blocked_by: blockedBy,
    permitted: permittedActions(product.flags).join(','),
  }));
};

const quoted: Check = ({ symbol }) => {
  if (usableQuote(symbol) !== null) return { reason: null, figures: {} };
  const { quote } = symbol;
  return { reason: 'no_quote', figures: quote === null ? {} : { bid: toText(quote.bid), ask: toText(quote.ask) } };
};

const fresh: Check = (examined) => {
  const { symbol, snapshot, config } = examined;
  const { asOfMs, baseInterval } = snapshot;
  const reason = stalenessOf(symbol, asOfMs, baseInterval, config.policy.data)?.reason ?? null;
  return finding(examined, reason, () => {
    const quote = quoteAge(symbol.quote, asOfMs, config.policy.data);
    const bar = barAge(symbol.lastTradedBarIndex, asOfMs, baseInterval, config.policy.data);
    return {
      quote_age_seconds: secondsOf(quote.ageMs),
      max_quote_age_seconds: quote.limitMs / 1000,
      bar_age_seconds: secondsOf(bar.ageMs),
      max_bar_age_seconds: bar.limitMs / 1000,
    };
  });
};

/** Counted from what the exchange says; where it says nothing, from the oldest bar that is known. */
const listedLongEnough: Check = (examined) => {
  const { symbol, snapshot, config } = examined;
  const sinceMs = symbol.product?.listedAtMs ?? oldestBarMs(symbol);
  const min_listing_age_days = config.universe.min_listing_age_days;
  const ageMs = sinceMs === null ? null : snapshot.asOfMs - sinceMs;
  const isOld = ageMs !== null && ageMs >= min_listing_age_days * DAY_MS;
  const isAsked = min_listing_age_days > 0 && symbol.product !== null;
  return finding(examined, isAsked && !isOld ? 'new_listing' : null, () => ({
    listing_age_days: ageMs === null ? null : rounded(ageMs / DAY_MS, 100),
    min_listing_age_days,
  }));
};

const enoughHistory: Check = ({ symbol, snapshot, config }) => {
  const { min_history_bars } = config.universe;
  const bars = tradedBars(symbol, snapshot);
  return { reason: bars < min_history_bars ? 'insufficient_history' : null, figures: { bars, min_history_bars } };
};

/** One strategy that can judge the symbol is enough; the others are not shown it. */
const judgeable: Check = ({ symbol, snapshot, windows }) => {
  const isCovered = windows.some(({ interval, warmupBars }) => {
    const candles = symbol.candles[interval];
    return candles !== undefined && hasWindow(candles, lastClosedBarIndex(snapshot.slotMs, interval), warmupBars);
  });
  if (isCovered || windows.length === 0) return { reason: null, figures: {} };
  // Bars that are still to be read say nothing about the symbol's age.
  const read = windows.filter(({ interval }) =>
    isRead(symbol.candles[interval], lastClosedBarIndex(snapshot.slotMs, interval)),
  );
  if (read.length < windows.length) return { reason: 'data_missing', figures: { faults: 'bars_not_read' } };
  const warmup_bars = Math.min(...read.map(({ warmupBars }) => warmupBars));
  return { reason: 'insufficient_history', figures: { warmup_bars } };
};

/** A series that was read and has no bar at all is that of a coin too young to have one. */
function isRead(candles: Candles | undefined, t: number): boolean {
  if (candles === undefined) return false;
  return candles.length === 0 || (candles.index[candles.length - 1] as number) >= t;
}

const liquid: Check = (examined) => {
  const { symbol, tier, config } = examined;
  const volume = symbol.product?.quoteVolume24h ?? null;
  const floor = config.universe.tiers[tier].min_24h_volume_usd;
  // An unknown volume is not a large one.
  return finding(examined, volume === null || volume < floor ? 'low_volume' : null, () => ({
    volume_24h_usd: volume === null ? null : toText(volume),
    min_24h_volume_usd: toText(floor),
  }));
};

const tight: Check = (examined) => {
  const { symbol, tier, config } = examined;
  const quote = usableQuote(symbol);
  const { max_spread_bps } = config.universe.tiers[tier];
  const isWide = quote !== null && isWiderThan(quote, max_spread_bps);
  return finding(examined, isWide ? 'wide_spread' : null, () => ({
    spread_bps: quote === null ? null : rounded(spreadBps(quote), 10_000),
    max_spread_bps,
  }));
};

const calm: Check = ({ symbol, snapshot, config, detail }) => {
  const { outlier_sigma } = config.policy.data;
  if (detail === 'brief' && isSurelyCalm(symbol, snapshot, config.policy.data)) return { reason: null, figures: {} };
  const jump = jumpOf(symbol, snapshot, config.policy.data);
  return {
    reason: jump?.isOutlier === true ? 'outlier' : null,
    figures: {
      move_bps: jump === null ? null : rounded(jump.moveBps, 10_000),
      sigma_bps: jump === null ? null : rounded(jump.sigmaBps, 10_000),
      move_sigmas: jump === null ? null : rounded(jump.sigmas, 10_000),
      outlier_sigma,
    },
  };
};

/** The first one that fails names the reason. */
export const CHECKS: readonly Check[] = [
  dataComplete,
  listed,
  tradable,
  quoted,
  fresh,
  calm,
  listedLongEnough,
  judgeable,
  enoughHistory,
  liquid,
  tight,
];

/** Closed bars of the base interval from the first one that really traded. */
function tradedBars({ candles }: SymbolSnapshot, { slotMs, baseInterval }: MarketSnapshot): number {
  const known = candles[baseInterval];
  if (known === undefined) return 0;
  const firstTraded = known.volume.findIndex((volume) => volume > 0);
  if (firstTraded < 0) return 0;
  const t = lastClosedBarIndex(slotMs, baseInterval);
  return Math.max(0, Math.min(known.length - firstTraded, t - (known.index[firstTraded] as number) + 1));
}

function oldestBarMs({ candles }: SymbolSnapshot): number | null {
  const starts = (Object.keys(candles) as Interval[]).flatMap((interval) => {
    const first = candles[interval]?.index[0];
    return first === undefined ? [] : [barStartMs(first, interval)];
  });
  return starts.length === 0 ? null : Math.min(...starts);
}

function secondsOf(ageMs: number | null): number | null {
  return ageMs === null ? null : ageMs / 1000;
}

function rounded(value: number, scale: number): number {
  return Math.round(value * scale) / scale;
}
