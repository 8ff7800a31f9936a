import { type CallBudget, createCallBudget } from '../../shared/adapters/coinbase/call-budget.ts';
import { createCoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
import { coinbaseExchange } from '../../shared/adapters/coinbase/exchange.ts';
import { coinbaseMarketData } from '../../shared/adapters/coinbase/market-data.ts';
import { dryRunExchange } from '../../shared/adapters/paper/dry-run-exchange.ts';
import { paperExchange } from '../../shared/adapters/paper/paper-exchange.ts';
import { configuredFees } from '../../shared/app/configured-fees.ts';
import { keyProblem } from '../../shared/app/key-problem.ts';
import type { TraderSettings } from '../../shared/app/ports.ts';
import type { AuditLog } from '../../shared/ports/audit-log.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import type { KillSwitch } from '../../shared/ports/kill-switch.ts';
import type { MarketData } from '../../shared/ports/market-data.ts';
import type { ApiKey, KeyPurpose, Secrets } from '../../shared/ports/secrets.ts';
import type { FactStore } from '../../shared/ports/stores.ts';
import type { CallMeter } from '../../shared/ports/telemetry.ts';
import type { FunctionConfig } from './stage-config.ts';

export interface VenueParts {
  readonly config: FunctionConfig;
  readonly settings: TraderSettings;
  readonly clock: Clock;
  readonly facts: FactStore;
  readonly killSwitch: KillSwitch;
  readonly audit: AuditLog;
  readonly secrets: Secrets;
  /** A halt cancels with whatever key there is: what is wrong with it must not keep orders alive. */
  readonly isKeyChecked: boolean;
  readonly meter: CallMeter;
}

/** Where this function gets its prices and sends its orders. */
export interface Venue {
  readonly marketData: MarketData;
  readonly exchange: Exchange;
  /** Starts again with every event. */
  readonly budget: CallBudget;
}

/**
 * The one place where the modes part. DRY_RUN and PAPER hold a paper account against public quotes and need no key;
 * LIVE reads the key of its purpose, and with the viewing one it cannot place whatever else goes wrong.
 */
export async function openVenue(parts: VenueParts, purpose: KeyPurpose): Promise<Venue> {
  const { mode } = parts.config.app;
  const budget = createCallBudget(parts.config.app.exchange.max_calls_per_cycle);
  const key = mode === 'LIVE' ? await parts.secrets.apiKey(purpose) : undefined;
  const client = createClient(parts, budget, key);
  const marketData = coinbaseMarketData(client);
  if (mode !== 'LIVE') {
    const paper = onPaper(parts, marketData);
    return { marketData, budget, exchange: mode === 'PAPER' ? paper : dryRunExchange(paper) };
  }
  const mayResend = async () => (await parts.killSwitch.read()).kind === 'armed';
  const exchange = coinbaseExchange(client, { mayResend });
  if (parts.isKeyChecked) await refuseWrongKey(exchange, purpose);
  return { marketData, budget, exchange: purpose === 'trade' ? exchange : dryRunExchange(exchange) };
}

/** Throws: the function fails and its alarm rings. The next event asks again, so that a changed key is used at once. */
async function refuseWrongKey(exchange: Exchange, purpose: KeyPurpose): Promise<void> {
  const problem = keyProblem(await exchange.permissions(), purpose);
  if (problem !== null) throw new Error(`the ${purpose} key: ${problem}`);
}

function createClient({ config, clock, audit, meter }: VenueParts, budget: CallBudget, key: ApiKey | undefined) {
  const { api_url, jwt_host, timeout_ms, rate_limit, retry } = config.app.exchange;
  return createCoinbaseClient({
    apiUrl: api_url,
    jwtHost: jwt_host,
    timeoutMs: timeout_ms,
    rateLimit: { publicPerSecond: rate_limit.public_per_second, privatePerSecond: rate_limit.private_per_second },
    retry: { baseMs: retry.base_ms, capMs: retry.cap_ms, maxAttempts: retry.max_attempts },
    key,
    clock,
    budget,
    meter,
    random: Math.random,
    onAnomaly: (text) => audit.append('exchange_anomaly', { text }),
  });
}

function onPaper({ config, settings, clock, facts }: VenueParts, marketData: MarketData): Exchange {
  const { paper, quote_currency } = config.app;
  return paperExchange({
    marketData,
    facts,
    clock,
    startingCashUsd: paper.starting_cash_usd,
    quoteCurrency: quote_currency,
    fees: configuredFees(settings),
    slippageBps: paper.slippage_bps,
  });
}
