import { targetOf } from '../../shared/adapters/coinbase/call.ts';
import type { CoinbaseClient } from '../../shared/adapters/coinbase/client.ts';
import { coinbaseExchange } from '../../shared/adapters/coinbase/exchange.ts';
import { coinbaseMarketData } from '../../shared/adapters/coinbase/market-data.ts';
import { judge, withoutAnswer } from '../../shared/adapters/coinbase/outcome.ts';
import { ratio } from '../../shared/core/money/fixed.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import type { MarketData } from '../../shared/ports/market-data.ts';
import { createExchange } from '../../simulator/exchange/exchange.ts';
import { NO_JOURNAL } from '../../simulator/exchange/journal.ts';
import type { ExchangeState } from '../../simulator/exchange/state.ts';
import type { World } from '../../simulator/http/call.ts';
import { invalid, type Reply } from '../../simulator/http/reply.ts';
import { API_PREFIX, findRoute } from '../../simulator/http/router.ts';
import type { Market } from '../../simulator/market/market.ts';

export interface Venue {
  readonly exchange: Exchange;
  readonly marketData: MarketData;
  /** What the exchange itself knows. */
  readonly state: ExchangeState;
}

type Lags = Pick<World, 'visibilityLagMs' | 'cancelLagMs'>;

const STARTING_CASH = '10000';

/**
 * The simulated exchange behind the real adapter, without a socket between them: every request is built, judged and
 * decoded as in production, and thousands of exchanges a minute can be opened.
 */
export function openVenue(clock: Clock, market: Market, lags: Lags): Venue {
  const fees = { maker: ratio('0.006'), taker: ratio('0.012') };
  const { journal } = NO_JOURNAL;
  const exchange = createExchange({ market, fees, journal, history: [], seed: 1 });
  exchange.commit([{ kind: 'deposit', at_ms: clock.nowMs(), currency: 'USD', amount: STARTING_CASH }]);
  const world: World = {
    exchange,
    candleTexts: new Map(),
    productTexts: new Map(),
    userId: 'user',
    portfolioId: 'portfolio',
    ...lags,
    repeatedId: 'replay',
  };
  const client = directClient(world, clock);
  return { exchange: coinbaseExchange(client), marketData: coinbaseMarketData(client), state: exchange.state };
}

function directClient(world: World, clock: Clock): CoinbaseClient {
  return {
    hasKey: true,
    clock,
    async send(call) {
      if (call.notAfterMs !== undefined && clock.nowMs() >= call.notAfterMs) {
        return { kind: 'unavailable', message: 'not sent: its deadline has passed' };
      }
      const { status, contentType, text } = served(world, clock.nowMs(), call.method, targetOf(call), call.body);
      const outcome = judge(
        { kind: 'reply', status, contentType, retryAfter: undefined, body: text },
        call.effect,
        clock.nowMs(),
      );
      if (outcome.kind === 'failed') return outcome.failure;
      try {
        const atMs = clock.monotonicMs();
        return call.decode(outcome.value, { sentMs: atMs, receivedMs: atMs });
      } catch (error) {
        return withoutAnswer(call.effect, `unreadable reply: ${String(error)}`);
      }
    },
    noteAnomaly: () => {},
    close: () => {},
  };
}

function served(world: World, nowMs: number, method: string, target: string, body: string | undefined): Reply {
  const url = new URL(target, 'http://exchange');
  const found = findRoute(method, url.pathname.slice(API_PREFIX.length));
  if (found === undefined) return invalid(`no route ${method} ${url.pathname}`);
  world.exchange.advance(nowMs);
  return found.route.handler(world, {
    id: found.id,
    query: url.searchParams,
    body: body === undefined ? null : JSON.parse(body),
    isPublic: found.route.scope === 'public',
    scopes: { view: true, trade: true, transfer: false },
    toldMs: nowMs,
    quoteMs: nowMs,
    moment: { nowMs, flagOverrides: () => ({}), failOrder: null },
  });
}
