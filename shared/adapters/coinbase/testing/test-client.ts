import { generateKeyPairSync } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Answer } from '../../../ports/answer.ts';
import { failureText } from '../../../ports/answer.ts';
import type { ApiKey } from '../../../ports/secrets.ts';
import type { CallMeter } from '../../../ports/telemetry.ts';
import { type CoinbaseClient, createCoinbaseClient } from '../client.ts';
import { type CoinbaseSettings, REQUIRED_RETRY } from '../settings.ts';
import { type LoopbackExchange, loopbackExchange, type Reaction, type Received } from './loopback-exchange.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export const ES256_PAIR = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Made afresh for every run; opens nothing. */
export const TEST_KEY: ApiKey = {
  name: 'organizations/0d6e2f0a/apiKeys/5b0b1b8e',
  privateKey: ES256_PAIR.privateKey.export({ format: 'pem', type: 'sec1' }) as string,
};

export interface TestBench {
  readonly client: CoinbaseClient;
  readonly clock: VirtualClock;
  readonly exchange: LoopbackExchange;
  readonly anomalies: readonly string[];
  readonly metered: readonly Parameters<CallMeter['record']>[0][];
}

export interface BenchOptions extends Partial<Omit<CoinbaseSettings, 'clock' | 'meter' | 'onAnomaly'>> {
  readonly clock?: VirtualClock;
}

/** A client with a key, a virtual clock and jitter at its ceiling, talking to a scripted exchange on loopback. */
export async function testBench(
  react: readonly Reaction[] | ((request: Received, index: number) => Reaction),
  options: BenchOptions = {},
): Promise<TestBench> {
  const exchange = await loopbackExchange(react);
  const clock = options.clock ?? virtualClock();
  const anomalies: string[] = [];
  const metered: Parameters<CallMeter['record']>[0][] = [];
  const client = createCoinbaseClient({
    apiUrl: exchange.url,
    jwtHost: 'api.coinbase.com',
    timeoutMs: 2_000,
    rateLimit: { publicPerSecond: 1_000, privatePerSecond: 1_000 },
    retry: REQUIRED_RETRY,
    key: TEST_KEY,
    random: () => 1,
    ...options,
    clock,
    meter: { record: (call) => metered.push(call) },
    onAnomaly: (text) => anomalies.push(text),
  });
  onTestFinished(() => client.close());
  return { client, clock, exchange, anomalies, metered };
}

/** The value of an answer; throws on a failure. */
export function answered<Value>(answer: Answer<Value>): Value {
  if (answer.kind !== 'ok') throw new Error(failureText(answer));
  return answer.value;
}

/** The failure as one line; '' for an answer. */
export function failureOf(answer: Answer<unknown>): string {
  return answer.kind === 'ok' ? '' : failureText(answer);
}
