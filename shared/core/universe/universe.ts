import type { UniverseRecord } from '../cycle/decision.ts';
import type { DecisionConfig, Tier } from '../cycle/decision-config.ts';
import type { WindowNeeded } from '../cycle/requirements.ts';
import { hasWindow } from '../indicators/anchor.ts';
import { lastClosedBarIndex } from '../market/interval.ts';
import { type ProductId, permissionsOf } from '../market/product.ts';
import { isWiderThan, spreadBps } from '../market/quote.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../market/snapshot.ts';
import { stalenessOf, usableQuote } from '../market/staleness.ts';
import { toText } from '../money/fixed.ts';
import { configuredSymbols, themeOf, tierOf } from './classify.ts';

interface Exclusion {
  readonly reason: string;
  readonly figures: UniverseRecord['figures'];
}

interface Examined {
  readonly symbol: SymbolSnapshot;
  readonly tier: Tier;
  readonly snapshot: MarketSnapshot;
  readonly config: DecisionConfig;
  /** What the strategies that will run look at. */
  readonly windows: readonly WindowNeeded[];
}

/**
 * One record for every configured symbol, ascending: eligible for new positions, or the first reason why not [REQ-U1].
 * Nothing bypasses a check: there is no list of symbols that are always eligible.
 */
export function buildUniverse(
  snapshot: MarketSnapshot,
  config: DecisionConfig,
  windows: readonly WindowNeeded[],
): readonly UniverseRecord[] {
  const known = new Map(snapshot.symbols.map((symbol) => [symbol.productId, symbol]));
  return configuredSymbols(config.universe).map((symbol) => {
    const tier = tierOf(config.universe, symbol) as Tier;
    const exclusion = exclusionOf(symbol, known.get(symbol), { tier, snapshot, config, windows });
    return {
      symbol,
      tier,
      theme: themeOf(config.universe, symbol),
      eligible: exclusion === null,
      exclusion_reason: exclusion?.reason ?? null,
      figures: exclusion?.figures ?? {},
    };
  });
}

function exclusionOf(
  id: ProductId,
  symbol: SymbolSnapshot | undefined,
  context: Omit<Examined, 'symbol'>,
): Exclusion | null {
  if (context.config.universe.never_trade.includes(id)) return { reason: 'never_trade', figures: {} };
  if (symbol === undefined) return { reason: 'data_missing', figures: { faults: 'not_fetched' } };
  const examined = { symbol, ...context };
  for (const check of CHECKS) {
    const exclusion = check(examined);
    if (exclusion !== null) return exclusion;
  }
  return null;
}

type Check = (examined: Examined) => Exclusion | null;

const dataComplete: Check = ({ symbol: { faults } }) =>
  faults.length > 0 ? { reason: 'data_missing', figures: { faults: faults.join(',') } } : null;

const listed: Check = ({ symbol: { product } }) => (product === null ? { reason: 'not_listed', figures: {} } : null);

const tradable: Check = ({ symbol: { product } }) => {
  const blockedBy =
    product === null || permissionsOf(product.flags).limit ? null : permissionsOf(product.flags).blockedBy;
  return blockedBy === null ? null : { reason: 'product_disabled', figures: { blocked_by: blockedBy } };
};

const quoted: Check = ({ symbol }) =>
  usableQuote(symbol) === null
    ? {
        reason: 'no_quote',
        figures: symbol.quote === null ? {} : { bid: toText(symbol.quote.bid), ask: toText(symbol.quote.ask) },
      }
    : null;

const fresh: Check = ({ symbol, snapshot, config }) => {
  const stale = stalenessOf(symbol, snapshot.asOfMs, snapshot.baseInterval, config.policy.data);
  if (stale === null) return null;
  const age_seconds = stale.ageMs === null ? null : stale.ageMs / 1000;
  return { reason: stale.reason, figures: { age_seconds, max_age_seconds: stale.limitMs / 1000 } };
};

/** One strategy that can judge the symbol is enough; the others are not shown it. */
const seasoned: Check = ({ symbol, snapshot, windows }) => {
  if (windows.length === 0) return null;
  const known = windows.map(({ interval, warmupBars }) => ({
    warmupBars,
    candles: symbol.candles[interval],
    interval,
  }));
  const isCovered = known.some(
    ({ candles, interval, warmupBars }) =>
      candles !== undefined && hasWindow(candles, lastClosedBarIndex(snapshot.slotMs, interval), warmupBars),
  );
  if (isCovered) return null;
  // Bars that are still to be read say nothing about the symbol's age.
  const read = known.flatMap(({ candles, warmupBars }) => (candles === undefined ? [] : [{ candles, warmupBars }]));
  if (read.length < known.length) return { reason: 'data_missing', figures: { faults: 'bars_not_read' } };
  return {
    reason: 'insufficient_history',
    figures: {
      bars: Math.max(...read.map(({ candles }) => candles.length)),
      warmup_bars: Math.min(...read.map(({ warmupBars }) => warmupBars)),
    },
  };
};

const liquid: Check = ({ symbol: { product }, tier, config }) => {
  const volume = product?.quoteVolume24h ?? null;
  const floor = config.universe.tiers[tier].min_24h_volume_usd;
  // An unknown volume is not a large one.
  if (volume !== null && volume >= floor) return null;
  return {
    reason: 'low_volume',
    figures: { volume_24h_usd: volume === null ? null : toText(volume), min_24h_volume_usd: toText(floor) },
  };
};

const tight: Check = ({ symbol, tier, config }) => {
  const quote = usableQuote(symbol);
  const { max_spread_bps } = config.universe.tiers[tier];
  return quote !== null && isWiderThan(quote, max_spread_bps)
    ? { reason: 'wide_spread', figures: { spread_bps: spreadBps(quote), max_spread_bps } }
    : null;
};

/** First match names the reason. */
const CHECKS: readonly Check[] = [dataComplete, listed, tradable, quoted, fresh, seasoned, liquid, tight];
