import { type CallBudget, createCallBudget } from '../../shared/adapters/coinbase/call-budget.ts';
import { createCoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
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
import type { FactStore } from '../../shared/ports/stores.ts';
import type { CallMeter } from '../../shared/ports/telemetry.ts';
import type { MarketPlace } from './market-place.ts';

export interface VenueParts {
  readonly config: LoadedConfig;
  readonly place: Pick<MarketPlace, 'apiUrl' | 'key'>;
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
  const { app } = parts.config;
  const { jwt_host, timeout_ms, rate_limit, retry, max_calls_per_cycle } = app.exchange;
  const budget = createCallBudget(max_calls_per_cycle);
  const configured = { publicPerSecond: rate_limit.public_per_second, privatePerSecond: rate_limit.private_per_second };
  const client = createCoinbaseClient({
    apiUrl: parts.place.apiUrl,
    jwtHost: jwt_host,
    timeoutMs: parts.isTimeVirtual ? PATIENT_MS : timeout_ms,
    rateLimit: parts.isTimeVirtual ? UNLIMITED : configured,
    retry: { baseMs: retry.base_ms, capMs: retry.cap_ms, maxAttempts: retry.max_attempts },
    key: parts.place.key,
    clock: parts.clock,
    random: parts.random,
    meter: parts.meter,
    budget,
    onAnomaly: (text) => parts.audit.append('exchange_anomaly', { text }),
  });
  const marketData = coinbaseMarketData(client);
  return { marketData, exchange: exchangeOf(parts, marketData, client), budget, close: client.close };
}

function exchangeOf(
  { config, facts, clock, killSwitch }: VenueParts,
  marketData: MarketData,
  client: Parameters<typeof coinbaseExchange>[0],
): Exchange {
  const { mode, paper, quote_currency } = config.app;
  if (mode === 'LIVE') {
    return coinbaseExchange(client, { mayResend: async () => (await killSwitch.read()).kind === 'armed' });
  }
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
