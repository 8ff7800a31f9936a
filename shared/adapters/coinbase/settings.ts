import type { Clock } from '../../ports/clock.ts';
import type { ApiKey } from '../../ports/secrets.ts';
import type { CallMeter } from '../../ports/telemetry.ts';
import type { CallBudget } from './call-budget.ts';
import type { Transport } from './transport.ts';

/** Production. */
export const COINBASE_API_URL = 'https://api.coinbase.com';

export interface RetrySettings {
  readonly baseMs: number;
  readonly capMs: number;
  readonly maxAttempts: number;
}

/** As required by REQ-CB1. */
export const REQUIRED_RETRY: RetrySettings = { baseMs: 200, capMs: 5_000, maxAttempts: 6 };

/** The vendor no longer publishes these; 10 and 30 are what every library still assumes. */
export interface RateLimits {
  /** Per address, for calls without a key. */
  readonly publicPerSecond: number;
  /** Per user, for calls with a key. */
  readonly privatePerSecond: number;
}

export interface CoinbaseSettings {
  /** The address to connect to: an origin without a path. Plain http only on loopback. */
  readonly apiUrl: string;
  /** The host the tokens are made for; stays api.coinbase.com when the address is a simulator's. */
  readonly jwtHost: string;
  /** For one attempt, from the request to the last byte of the reply. */
  readonly timeoutMs: number;
  readonly rateLimit: RateLimits;
  readonly retry: RetrySettings;
  /** Without it only public market data can be read. */
  readonly key?: ApiKey | undefined;
  /** Drives the rate limiter, the pauses between attempts and the time in tokens. */
  readonly clock: Clock;
  /** 0 <= value < 1; spreads the pauses. */
  readonly random: () => number;
  readonly meter?: CallMeter | undefined;
  /** In place of the network: an exchange in the same process. */
  readonly transport?: Transport | undefined;
  readonly budget?: CallBudget | undefined;
  /** Hears what was tolerated: products and quotes left out because a field was unreadable. */
  readonly onAnomaly?: ((text: string) => void) | undefined;
}

/** Checks the address. Throws on what must not carry a token. */
export function checkedApiUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new RangeError(`apiUrl is not a URL: ${JSON.stringify(text)}`);
  if (url.username !== '' || url.password !== '') throw new RangeError('apiUrl must not carry credentials');
  if (url.pathname !== '/' || url.search !== '')
    throw new RangeError(`apiUrl must be an origin without a path: ${text}`);
  if (url.protocol === 'https:') return url;
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return url;
  throw new RangeError(`apiUrl must be https (http only on loopback): ${text}`);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
