import type { Delivery, Transport } from '../../shared/adapters/coinbase/transport.ts';
import { ratio } from '../../shared/core/money/fixed.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ExchangeEvent } from '../../simulator/exchange/events.ts';
import { createExchange, type Exchange } from '../../simulator/exchange/exchange.ts';
import type { World } from '../../simulator/http/call.ts';
import { type FaultEffect, type FaultInjector, faultInjector } from '../../simulator/http/faults.ts';
import { type SimulatorKey, simulatorKey } from '../../simulator/http/keys.ts';
import { answerOf } from '../../simulator/http/listener.ts';
import { API_PREFIX } from '../../simulator/http/router.ts';
import type { Market } from '../../simulator/market/market.ts';

export const HOST = 'api.coinbase.com';

/** The simulated exchange in this process: tokens, faults and replies as on the wire, without a socket in between. */
export interface NearExchange {
  readonly exchange: Exchange;
  readonly journal: readonly ExchangeEvent[];
  readonly faults: FaultInjector;
  readonly transport: Transport;
  /** Keys that are let in. */
  readonly keys: Map<string, SimulatorKey>;
}

export interface NearOptions {
  readonly market: Market;
  readonly clock: Clock;
  readonly seed: number;
  readonly balances: Readonly<Record<string, string>>;
  readonly habits: Pick<World, 'visibilityLagMs' | 'cancelLagMs' | 'repeatedId'>;
  readonly onEvent: (event: ExchangeEvent) => void;
  readonly latencyMs: () => number;
}

export function nearExchange({ market, clock, seed, balances, habits, onEvent, latencyMs }: NearOptions): NearExchange {
  const events: ExchangeEvent[] = [];
  const journal = {
    append(added: readonly ExchangeEvent[]) {
      events.push(...added);
      for (const event of added) onEvent(event);
    },
    close: () => undefined,
  };
  const fees = { maker: ratio('0.006'), taker: ratio('0.012') };
  const exchange = createExchange({ market, fees, journal, history: [], seed });
  exchange.commit(
    Object.entries(balances).map(([currency, amount]) => ({ kind: 'deposit', at_ms: clock.nowMs(), currency, amount })),
  );
  const world: World = {
    exchange,
    candleTexts: new Map(),
    productTexts: new Map(),
    userId: 'user',
    portfolioId: 'portfolio',
    ...habits,
  };
  const faults = faultInjector([], seed);
  const key = simulatorKey();
  const keys = new Map([[key.apiKey.name, key]]);
  const options = { world, clock, faults, keys, hosts: () => [HOST], limits: null, log: () => undefined };
  const deliver: Transport['deliver'] = async ({ method, target, headers, body }) => {
    const { pathname, searchParams: query } = new URL(target, `https://${HOST}`);
    const path = pathname.startsWith(API_PREFIX) ? pathname.slice(API_PREFIX.length) : pathname;
    const effects = faults.fire(method, path, clock.nowMs());
    await clock.sleep(latencyMs() + sumOf(effects));
    const incoming = {
      method,
      path,
      fullPath: pathname,
      query,
      authorization: headers['authorization'],
      text: body ?? '',
    };
    const answer = answerOf(options, () => false, incoming, effects);
    if (answer === 'silence') await clock.sleep(PATIENCE_MS);
    return typeof answer === 'string' ? LOST : replyOf(answer);
  };
  return { exchange, journal: events, faults, keys, transport: { deliver, close: () => undefined } };
}

/** What the client waits for an answer, as configured. */
const PATIENCE_MS = 3_000;
const LOST: Delivery = { kind: 'lost', why: 'the connection was cut' };

function sumOf(effects: readonly FaultEffect[]): number {
  return effects.reduce((sum, effect) => (effect.kind === 'latency' ? sum + effect.ms : sum), 0);
}

function replyOf(reply: Exclude<ReturnType<typeof answerOf>, string>): Delivery {
  const { status, contentType, text, retryAfterSeconds } = reply;
  const retryAfter = retryAfterSeconds === undefined ? undefined : String(retryAfterSeconds);
  return { kind: 'reply', status, contentType, retryAfter, body: text };
}
