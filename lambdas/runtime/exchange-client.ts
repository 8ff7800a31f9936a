import { type CallBudget, createCallBudget } from '../../shared/adapters/coinbase/call-budget.ts';
import { type CoinbaseClient, createCoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
import type { ApiKey } from '../../shared/ports/secrets.ts';
import type { VenueParts } from './venue.ts';

/** The exchange's client as the stage's config sets it up. Without a key it reads public market data only. */
export function exchangeClient(
  { config, clock, audit, meter }: VenueParts,
  key?: ApiKey,
): { readonly client: CoinbaseClient; readonly budget: CallBudget } {
  const { api_url, jwt_host, timeout_ms, rate_limit, retry, max_calls_per_cycle } = config.app.exchange;
  const budget = createCallBudget(max_calls_per_cycle, clock);
  const client = createCoinbaseClient({
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
  return { client, budget };
}
