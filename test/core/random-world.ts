import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../../shared/core/market/snapshot.ts';
import { price, quantity, usd } from '../../shared/core/money/fixed.ts';
import type { Account, Position, WorkingOrder } from '../../shared/core/portfolio/account.ts';
import type { CooldownPolicy } from '../../shared/core/portfolio/trade-memory.ts';
import {
  AS_OF_MS,
  accountOf,
  BTC,
  configOf,
  DOGE,
  ETH,
  positionOf,
  SLOT_MS,
  SOL,
  snapshotOf,
  symbolOf,
  T,
  workingOf,
} from './world.ts';

export const SYMBOLS: readonly ProductId[] = [BTC, DOGE, ETH, SOL];

const MINUTE_MS = 60_000;
/** So short that many trades fit into a life. */
export const SHORT_COOLDOWNS: CooldownPolicy = {
  cooldownMs: MINUTE_MS,
  cooldownAfterWinMs: MINUTE_MS,
  cooldownAfterLossMs: 2 * MINUTE_MS,
  cooldownAfterStopMs: 3 * MINUTE_MS,
};

export interface World {
  readonly snapshot: MarketSnapshot;
  readonly account: Account;
  readonly config: DecisionConfig;
}

/** A generator of numbers in [0, 1): the same seed, the same world. */
export function randomFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) % 4_294_967_296;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Any state a decision may meet: signals, sick data, positions, orders on their way, cooldowns, gates, regimes. */
export function worldOf(seed: number): World {
  const random = randomFrom(seed);
  const snapshot = snapshotOf(
    SYMBOLS.map((id) => randomSymbol(id, random)),
    { conditions: { killed: random() < 0.05 ? 'drill' : null, ledgerBreak: random() < 0.05 ? 'cash' : null } },
  );
  const account = randomAccount(random);
  const { policy, ...config } = randomConfig(random);
  const owner = ownersCoins(random);
  return {
    snapshot,
    account: { ...account, ...owner.books },
    config: { ...config, policy: { ...policy, external_holdings: owner.policy } },
  };
}

/** Coins that are not the bot's, and whether it is to see them; now and then it has just been told otherwise. */
function ownersCoins(random: () => number) {
  const policy = (['ignore', 'ignore', 'count', 'manage'] as const)[Math.floor(random() * 4)] ?? 'ignore';
  const coins = SYMBOLS.filter(() => random() < 0.4).map(
    (id) => [id.slice(0, -4), quantity((random() * 5 + 0.00001).toFixed(8))] as const,
  );
  const wasCounted = random() < 0.1 ? policy === 'ignore' : policy !== 'ignore';
  return {
    policy,
    books: { external: Object.fromEntries(coins), external_counted: random() < 0.1 ? null : wasCounted },
  };
}

export function randomConfig(random: () => number): DecisionConfig {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  return configOf({
    policy: {
      regime: { override: pick(['bull', 'chop', 'bear', 'crash', 'chop', 'bull']) },
      risk: {
        max_total_at_risk_pct: pick([8, 15, 40]),
        max_open_positions: pick([1, 2, 8]),
        max_drawdown_pct: pick([5, 90]),
        loss_streak_pause_minutes: 2,
      },
    },
    universe: { never_trade: random() < 0.1 ? ['SOL-USD'] : [] },
    signals: {
      strategy: {
        'donchian-breakout': {
          max_strategy_at_risk_pct: pick([3, 6, 15]),
          max_triggers_per_cycle: pick([1, 5]),
          params: { entry_lookback_bars: 5, exit_lookback_bars: 3, atr_lookback_bars: 5 },
        },
        'time-series-momentum': {
          enabled: random() < 0.7,
          params: { lookback_bars: 6, volatility_lookback_bars: 6, trend_lookback_bars: 4, min_return_pct: 0 },
        },
      },
    },
  });
}

export function walk(random: () => number, bars: number, from = 100): readonly number[] {
  let close = from;
  return Array.from({ length: bars }, () => {
    close *= 1 + (random() - 0.48) / 30;
    return close;
  });
}

function randomSymbol(id: ProductId, random: () => number): SymbolSnapshot {
  const closes = walk(random, 40);
  const mid = closes[closes.length - 1] as number;
  const isHealthy = random() < 0.8;
  return symbolOf(id, {
    closes,
    quote: {
      bid: price((mid * 0.9996).toFixed(2)),
      ask: price((mid * 1.0004).toFixed(2)),
      timeMs: AS_OF_MS - Math.floor(random() * (isHealthy ? 5000 : 9000)),
    },
    product: { quoteVolume24h: isHealthy || random() < 0.5 ? usd('5000000') : null },
    lastTradedBarIndex: isHealthy ? T : T - Math.floor(random() * 4),
    faults: isHealthy || random() < 0.8 ? [] : ['candles_unavailable'],
  });
}

function randomAccount(random: () => number): Account {
  const states = SYMBOLS.map((id) => randomState(id, random));
  const known = <Item>(items: readonly (Item | undefined)[], keyOf: (item: Item, i: number) => string) =>
    Object.fromEntries(items.flatMap((item, i) => (item === undefined ? [] : [[keyOf(item, i), item] as const])));
  const bySymbol = (_: unknown, i: number) => SYMBOLS[i] as ProductId;
  return accountOf({
    positions: known(
      states.map(({ position }) => position),
      bySymbol,
    ) as Account['positions'],
    working: known(
      states.map(({ order }) => order),
      (order) => order.client_order_id,
    ),
    cooldowns: known(
      states.map(({ cooldown }) => cooldown),
      bySymbol,
    ) as Account['cooldowns'],
    cash: usd((random() * 20_000).toFixed(2)),
    high_water_mark: usd('10000'),
  });
}

function randomState(id: ProductId, random: () => number) {
  const strategy = random() < 0.7 ? 'donchian-breakout' : 'time-series-momentum';
  const position = random() < 0.3 ? randomPosition(strategy, random) : undefined;
  const order =
    random() < 0.2 ? randomOrder(id, strategy, position !== undefined && random() < 0.5, random) : undefined;
  const until_ms = AS_OF_MS + Math.floor((random() - 0.3) * 600_000);
  const cooldown = random() < 0.15 ? { until_ms, reason: 'fill' as const } : undefined;
  return { position, order, cooldown };
}

function randomPosition(strategy: string, random: () => number): Position {
  return positionOf((random() * 6 + 0.001).toFixed(8), {
    strategy,
    stop_price: random() < 0.5 ? price((80 + 40 * random()).toFixed(2)) : null,
    opened_at_ms: SLOT_MS - Math.floor(random() * 100) * 3_600_000,
  });
}

function randomOrder(id: ProductId, strategy: string, isSale: boolean, random: () => number): WorkingOrder {
  return workingOf(id, {
    side: isSale ? 'SELL' : 'BUY',
    strategy,
    status: random() < 0.5 ? 'UNKNOWN' : 'WORKING',
    quantity: quantity((random() * 3 + 0.01).toFixed(8)),
    reserved: isSale ? usd('0') : usd((random() * 500).toFixed(2)),
  });
}
