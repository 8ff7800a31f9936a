import { type CallBudget, createCallBudget } from '../../shared/adapters/coinbase/call-budget.ts';
import { type CoinbaseClient, createCoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
import { coinbaseExchange } from '../../shared/adapters/coinbase/exchange.ts';
import { coinbaseMarketData } from '../../shared/adapters/coinbase/market-data.ts';
import { dryRunExchange } from '../../shared/adapters/paper/dry-run-exchange.ts';
import { paperExchange } from '../../shared/adapters/paper/paper-exchange.ts';
import { configuredFees } from '../../shared/app/configured-fees.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import type { AuditLog } from '../../shared/ports/audit-log.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import type { KillSwitch } from '../../shared/ports/kill-switch.ts';
import type { MarketData } from '../../shared/ports/market-data.ts';
import type { ApiKey } from '../../shared/ports/secrets.ts';
import type { FactStore } from '../../shared/ports/stores.ts';
import type { CallMeter } from '../../shared/ports/telemetry.ts';
import type { MarketPlace } from './market-place.ts';

export interface VenueParts {
  readonly config: LoadedConfig;
  readonly place: Pick<MarketPlace, 'apiUrl' | 'key' | 'viewKey'>;
  readonly clock: Clock;
  /** Time stands still while a cycle works: waiting for the exchange's rate limits would mean nothing. */
  readonly isTimeVirtual: boolean;
  readonly facts: FactStore;
  readonly killSwitch: KillSwitch;
  readonly audit: AuditLog;
  readonly random: () => number;
  readonly meter?: CallMeter;
}

export interface Venue {
  readonly marketData: MarketData;
  readonly exchange: Exchange;
  /** Starts again with every event. */
  readonly budget: CallBudget;
  close(): void;
}

/** A busy machine must not look like a silent exchange: a repeated request would move the virtual clock [I8]. */
const PATIENT_MS = 120_000;

/** More than any cycle can ask for: only used against the simulator. */
const UNLIMITED = { publicPerSecond: 100_000, privatePerSecond: 100_000 };

/** Market data always through the Coinbase client; PAPER and LIVE differ in the exchange behind the port, in nothing else. */
export function openVenue(parts: VenueParts): Venue {
  const { key, viewKey = key } = parts.place;
  const budget = createCallBudget(parts.config.app.exchange.max_calls_per_cycle, parts.clock);
  const viewer = clientOf(parts, budget, viewKey);
  const marketData = coinbaseMarketData(viewer);
  if (parts.config.app.mode !== 'LIVE') {
    return { marketData, exchange: onPaper(parts, marketData), budget, close: viewer.close };
  }
  const trader = key === viewKey ? viewer : clientOf(parts, budget, key);
  const mayResend = async () => (await parts.killSwitch.read()).kind === 'armed';
  const { place, cancel, preview } = coinbaseExchange(trader, { mayResend });
  // What can be asked with the key that may only look is asked with it.
  const exchange = { ...coinbaseExchange(viewer), place, cancel, preview };
  const close = () => {
    viewer.close();
    trader.close();
  };
  return { marketData, exchange, budget, close };
}

/** A client that signs with one key. Both keys spend from one budget. */
function clientOf(parts: VenueParts, budget: CallBudget, key: ApiKey | undefined): CoinbaseClient {
  const { jwt_host, timeout_ms, rate_limit, retry } = parts.config.app.exchange;
  const configured = { publicPerSecond: rate_limit.public_per_second, privatePerSecond: rate_limit.private_per_second };
  return createCoinbaseClient({
    apiUrl: parts.place.apiUrl,
    jwtHost: jwt_host,
    timeoutMs: parts.isTimeVirtual ? PATIENT_MS : timeout_ms,
    rateLimit: parts.isTimeVirtual ? UNLIMITED : configured,
    retry: { baseMs: retry.base_ms, capMs: retry.cap_ms, maxAttempts: retry.max_attempts },
    key,
    clock: parts.clock,
    random: parts.random,
    meter: parts.meter,
    budget,
    onAnomaly: (text) => parts.audit.append('exchange_anomaly', { text }),
  });
}

function onPaper({ config, facts, clock }: VenueParts, marketData: MarketData): Exchange {
  const { mode, paper, quote_currency } = config.app;
  const book = paperExchange({
    marketData,
    facts,
    clock,
    startingCashUsd: paper.starting_cash_usd,
    quoteCurrency: quote_currency,
    fees: configuredFees({ config: config.decision }),
    slippageBps: paper.slippage_bps,
  });
  return mode === 'PAPER' ? book : dryRunExchange(book);
}
