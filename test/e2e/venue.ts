import { readFileSync } from 'node:fs';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { INTERVAL_MS } from '../../shared/core/market/interval.ts';
import type { ExchangeEvent } from '../../simulator/exchange/events.ts';
import { type SimulatorKey, simulatorKey } from '../../simulator/http/keys.ts';
import type { Market } from '../../simulator/market/market.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';

const SYMBOLS = ['BTC', 'ETH', 'SOL', 'AVAX', 'LINK', 'DOGE'];
const DAY_MS = INTERVAL_MS['1d'];
const BAR_MS = DAY_MS;

export interface Venue {
  readonly simulator: Simulator;
  readonly keys: Readonly<Record<'view' | 'trade' | 'greedy', SimulatorKey>>;
  /** Everything that the exchange did, in its own order. */
  readonly journal: () => readonly ExchangeEvent[];
}

/** The exchange of the rehearsal, on the wall clock; `greedy` is a key that no bot may be given. */
export async function openVenue(journalPath: string): Promise<Venue> {
  const keyOf = (name: string, trade: boolean, transfer: boolean) =>
    simulatorKey({ name: `organizations/e2e/apiKeys/${name}`, scopes: { view: true, trade, transfer } });
  const keys = {
    view: keyOf('view', false, false),
    trade: keyOf('trade', true, false),
    greedy: keyOf('greedy', true, true),
  };
  const simulator = await startSimulator({
    market: risingMarket(systemClock.nowMs()),
    clock: systemClock,
    startingBalances: { USD: '10000' },
    fees: { maker: '0.0025', taker: '0.004' },
    keys: Object.values(keys),
    journalPath,
    seed: 7,
  });
  return { simulator, keys, journal: () => readJournal(journalPath) };
}

function readJournal(path: string): readonly ExchangeEvent[] {
  const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.flatMap((line) => JSON.parse(line) as readonly ExchangeEvent[]);
}

/** Whatever day it is: the first made-up market in which most coins have risen lately, so that there is something to buy. */
function risingMarket(nowMs: number): Market {
  const startMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  for (let seed = 1; seed <= 50; seed += 1) {
    const market = syntheticMarket({ seed, startMs, symbols: SYMBOLS });
    if (market.listings.filter(({ productId }) => hasRisen(market, productId, nowMs)).length >= 5) return market;
  }
  throw new Error('no made-up market rises today');
}

/** By the config of the rehearsal: over five closed bars, and above their mean. */
function hasRisen(market: Market, productId: Market['listings'][number]['productId'], nowMs: number): boolean {
  const last = Math.floor(nowMs / BAR_MS) - 1;
  const closes = market.bars(productId, '1d', last - 5, last, nowMs).map(({ close }) => close);
  const [first = 0] = closes;
  const newest = closes.at(-1) ?? 0;
  const mean = closes.reduce((sum, close) => sum + close, 0) / closes.length;
  return newest > first * 1.005 && newest > mean;
}
