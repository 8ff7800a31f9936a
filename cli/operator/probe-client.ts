import { type CoinbaseClient, createCoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ApiKey } from '../../shared/ports/secrets.ts';

export interface ProbeClientParts {
  /** undefined: as configured. */
  readonly apiUrl?: string | undefined;
  readonly key: ApiKey | undefined;
  readonly clock: Clock;
}

/** A client for questions outside of any cycle, under the stage's own limits. */
export function probeClient(
  { app }: Pick<LoadedConfig, 'app'>,
  { apiUrl, key, clock }: ProbeClientParts,
): CoinbaseClient {
  const { api_url, jwt_host, timeout_ms, rate_limit, retry } = app.exchange;
  return createCoinbaseClient({
    apiUrl: apiUrl ?? api_url,
    jwtHost: jwt_host,
    timeoutMs: timeout_ms,
    rateLimit: { publicPerSecond: rate_limit.public_per_second, privatePerSecond: rate_limit.private_per_second },
    retry: { baseMs: retry.base_ms, capMs: retry.cap_ms, maxAttempts: retry.max_attempts },
    key,
    clock,
    random: Math.random,
  });
}
