import { statSync } from 'node:fs';
import { join } from 'node:path';
import { COINBASE_API_URL } from '../../shared/adapters/coinbase/settings.ts';
import { environmentKey } from '../../shared/adapters/environment-keys.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { INTERVAL_MS } from '../../shared/core/market/interval.ts';
import { toText } from '../../shared/core/money/fixed.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ApiKey, KeyPurpose } from '../../shared/ports/secrets.ts';
import { broughtKey, type SimulatorKey, simulatorKey } from '../../simulator/http/keys.ts';
import type { Market } from '../../simulator/market/market.ts';
import { replayMarket } from '../../simulator/market/replay.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { startSimulator } from '../../simulator/server.ts';
import { UserError } from '../user-error.ts';
import type { LocalRun } from './options.ts';

/** The market before anybody serves it: known first, because it says when a run may begin and must end. */
export type MarketPlan =
  | { readonly kind: 'simulated'; readonly market: Market; readonly firstSlotMs: number; readonly endMs: number }
  | { readonly kind: 'public' };

/** Where the client connects. */
export interface MarketPlace {
  readonly apiUrl: string;
  /** Signs orders. undefined: only public market data can be read. */
  readonly key: ApiKey | undefined;
  /** Signs questions; undefined: the other one signs them too. */
  readonly viewKey?: ApiKey | undefined;
  close(): Promise<void>;
}

const SYNTHETIC_START_MS = Date.parse('2025-01-06T00:00:00Z');
const FOR_EVER_MS = Number.POSITIVE_INFINITY;

/** What of a run says which market it is. */
export type MarketRun = Pick<LocalRun, 'source' | 'data' | 'from' | 'to' | 'seed'>;

/** Throws a UserError for candle folders that cannot be read. */
export function planMarket(run: MarketRun, { app, decision }: LoadedConfig): MarketPlan {
  switch (run.source) {
    case 'public':
      return { kind: 'public' };
    case 'synthetic': {
      const startMs = run.from ?? SYNTHETIC_START_MS;
      const market = syntheticMarket({ seed: run.seed, startMs });
      return { kind: 'simulated', market, firstSlotMs: startMs, endMs: run.to ?? FOR_EVER_MS };
    }
    case 'replay': {
      const { interval } = decision.signals;
      const market = readReplay(run, interval, app.quote_currency);
      // A bar is known when it has closed: the first decision stands one bar after the first one.
      const firstSlotMs = run.from ?? market.range.fromMs + INTERVAL_MS[interval];
      return { kind: 'simulated', market, firstSlotMs, endMs: Math.min(run.to ?? FOR_EVER_MS, market.range.toMs) };
    }
    default:
      return run.source satisfies never;
  }
}

function readReplay({ data, from, to, seed }: MarketRun, interval: '1m' | keyof typeof INTERVAL_MS, quote: string) {
  if (data === undefined) throw new UserError('--source replay needs --data DIR, a folder with candle files');
  if (!statSync(data, { throwIfNoEntry: false })?.isDirectory()) throw new UserError(`--data ${data} is not a folder`);
  try {
    return replayMarket({
      dir: data,
      interval,
      quoteCurrency: quote,
      seed,
      ...(from !== undefined && { fromMs: from }),
      ...(to !== undefined && { toMs: to }),
    });
  } catch (error) {
    // The reader names file, line and value: what it says is for the person, whatever kind of error it is.
    throw new UserError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Puts the planned market behind the exchange's API: on loopback, or the exchange itself. */
export async function openMarketPlace(
  plan: MarketPlan,
  { seed }: Pick<LocalRun, 'seed'>,
  { app, decision: { policy } }: LoadedConfig,
  clock: Clock,
  stateDir: string,
): Promise<MarketPlace> {
  if (plan.kind === 'public') return { apiUrl: COINBASE_API_URL, key: undefined, close: async () => undefined };
  const { maker_fee_bps: maker, taker_fee_bps: taker } = policy.execution;
  const { view, trade } = simulatedKeys();
  const simulator = await startSimulator({
    market: plan.market,
    clock,
    seed,
    keys: [view, trade],
    // As much money and as high fees as on paper, so that the modes can be compared.
    startingBalances: { [app.quote_currency]: toText(app.paper.starting_cash_usd) },
    fees: { maker: (maker / 10_000).toFixed(8), taker: (taker / 10_000).toFixed(8) },
    journalPath: join(stateDir, 'simulator.jsonl'),
  });
  return { apiUrl: simulator.url, key: trade.apiKey, viewKey: view.apiKey, close: simulator.close };
}

const SCOPES = {
  view: { view: true, trade: false, transfer: false },
  trade: { view: true, trade: true, transfer: false },
} as const;

/** Two keys as on AWS. Keys of the environment are let in, with the rights they should have: they stay on this machine. */
function simulatedKeys(env = process.env): Readonly<Record<KeyPurpose, SimulatorKey>> {
  const keyFor = (purpose: KeyPurpose) => {
    const brought = environmentKey(env, purpose);
    if (brought !== undefined) return broughtKey(brought, SCOPES[purpose]);
    return simulatorKey({ name: `organizations/simulator/apiKeys/${purpose}`, scopes: SCOPES[purpose] });
  };
  return { view: keyFor('view'), trade: keyFor('trade') };
}
