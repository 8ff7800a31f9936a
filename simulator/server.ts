import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProductFlags } from '../shared/core/market/product.ts';
import { ratio, toText } from '../shared/core/money/fixed.ts';
import type { Clock } from '../shared/ports/clock.ts';
import { changeFlags, changeFunds } from './exchange/changes.ts';
import { createExchange, type Exchange } from './exchange/exchange.ts';
import { idOf } from './exchange/ids.ts';
import { NO_JOURNAL, openJournal } from './exchange/journal.ts';
import type { SimulatedFill, SimulatedOrder } from './exchange/state.ts';
import type { World } from './http/call.ts';
import { type FaultInjector, type FaultRule, faultInjector } from './http/faults.ts';
import { type SimulatorKey, simulatorKey } from './http/keys.ts';
import { type LoggedRequest, listener, type RateLimits } from './http/listener.ts';
import type { Market } from './market/market.ts';

export interface SimulatorOptions {
  readonly market: Market;
  /** The exchange's only time: matching, tokens, replies, latency. */
  readonly clock: Clock;
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  /** Paid in when the journal is new. */
  readonly startingBalances?: Readonly<Record<string, string>>;
  readonly fees?: { readonly maker: string; readonly taker: string };
  readonly faults?: readonly FaultRule[];
  /** Every change is appended here before it is answered, and read back at start. */
  readonly journalPath?: string;
  /** Keys that are let in; a fresh one with view and trade by default (`simulator.keys[0]`). */
  readonly keys?: readonly SimulatorKey[];
  /** Orders and fills can be read back only so long after they happened. */
  readonly visibilityLagMs?: number;
  /** A cancel takes effect so long after it was accepted; until then the order can fill. */
  readonly cancelLagMs?: number;
  /** How a known client order id is answered: with the order (default), or DUPLICATE_CLIENT_ORDER_ID. */
  readonly repeatedId?: 'replay' | 'refuse';
  /** None by default: a virtual clock that stands still would count every request into one second. */
  readonly rateLimits?: RateLimits;
  /** Of ids and of faults drawn by probability. */
  readonly seed?: number;
}

/** A hand inside the exchange, for tests and for the local runtime. Everything is read as of the last request. */
export interface SimulatorAdmin {
  /** Brings resting orders up to the clock, as any request does. */
  advance(): void;
  orders(): readonly SimulatedOrder[];
  ordersByClientId(clientOrderId: string): readonly SimulatedOrder[];
  fills(): readonly SimulatedFill[];
  /** Decimal text by currency. */
  balances(): Readonly<Record<string, { readonly available: string; readonly hold: string; readonly total: string }>>;
  setFlags(productId: string, flags: Partial<ProductFlags>): void;
  setFaults(rules: readonly FaultRule[]): void;
  deposit(currency: string, amount: string): void;
  withdraw(currency: string, amount: string): void;
  /** The newest requests, oldest first. */
  requestLog(): readonly LoggedRequest[];
  clearRequestLog(): void;
}

export interface Simulator {
  /** http://127.0.0.1:PORT, without the API path. */
  readonly url: string;
  readonly keys: readonly SimulatorKey[];
  readonly admin: SimulatorAdmin;
  close(): Promise<void>;
}

const PRODUCTION_HOST = 'api.coinbase.com';
const DEFAULT_BALANCES = { USD: '10000' };
const DEFAULT_FEES = { maker: '0.006', taker: '0.012' };
const LONGEST_LOG = 100_000;

/** A Coinbase-compatible exchange on loopback: the API of the fact sheet over a market that is a function of time. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { market, clock, seed = 0, fees = DEFAULT_FEES } = options;
  const { journal, history } = options.journalPath === undefined ? NO_JOURNAL : openJournal(options.journalPath);
  const exchange = createExchange({
    market,
    fees: { maker: ratio(fees.maker), taker: ratio(fees.taker) },
    journal,
    history,
    seed,
  });
  if (history.length === 0) payIn(exchange, options.startingBalances ?? DEFAULT_BALANCES, clock.nowMs());
  const keys = options.keys ?? [simulatorKey()];
  const faults = faultInjector(options.faults ?? [], seed);
  const log = requestLog();
  let ownHost = '';
  const server = createServer(
    listener({
      world: worldOf(exchange, options),
      clock,
      faults,
      keys: new Map(keys.map((key) => [key.apiKey.name, key])),
      hosts: () => [PRODUCTION_HOST, ownHost],
      limits: options.rateLimits ?? null,
      log: log.add,
    }),
  );
  // Clients keep connections while a virtual clock stands still; closing them is close()'s business.
  server.keepAliveTimeout = 0;
  ownHost = await listen(server, options.port ?? 0);
  return {
    url: `http://${ownHost}`,
    keys,
    admin: adminOf(exchange, clock, faults, log),
    close: () => closeAll(server, journal.close),
  };
}

function worldOf(exchange: Exchange, options: SimulatorOptions): World {
  return {
    exchange,
    candleTexts: new Map(),
    productTexts: new Map(),
    userId: idOf(exchange.seed, 'user', 1),
    portfolioId: idOf(exchange.seed, 'portfolio', 1),
    visibilityLagMs: options.visibilityLagMs ?? 0,
    cancelLagMs: options.cancelLagMs ?? 0,
    repeatedId: options.repeatedId ?? 'replay',
  };
}

function payIn(exchange: Exchange, balances: Readonly<Record<string, string>>, atMs: number): void {
  exchange.commit(
    Object.entries(balances).map(([currency, amount]) => ({ kind: 'deposit', at_ms: atMs, currency, amount })),
  );
}

interface RequestLog {
  readonly add: (entry: LoggedRequest) => void;
  readonly all: () => readonly LoggedRequest[];
  readonly clear: () => void;
}

function requestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  return {
    add(entry) {
      entries.push(entry);
      if (entries.length > LONGEST_LOG) entries = entries.slice(LONGEST_LOG / 2);
    },
    all: () => entries,
    clear: () => {
      entries = [];
    },
  };
}

function adminOf(exchange: Exchange, clock: Clock, faults: FaultInjector, log: RequestLog): SimulatorAdmin {
  const { state } = exchange;
  return {
    advance: () => exchange.advance(clock.nowMs()),
    orders: () => [...state.orders.values()],
    ordersByClientId: (clientOrderId) =>
      [...state.orders.values()].filter((order) => order.clientOrderId === clientOrderId),
    fills: () => state.fills,
    balances: () =>
      Object.fromEntries(
        [...state.balances].map(([currency, { available, hold }]) => [
          currency,
          { available: toText(available), hold: toText(hold), total: toText((available + hold) as typeof hold) },
        ]),
      ),
    setFlags: (productId, flags) => changeFlags(exchange, productId, flags, clock.nowMs()),
    setFaults: (rules) => faults.setRules(rules),
    deposit: (currency, amount) => changeFunds(exchange, currency, amount, clock.nowMs()),
    withdraw: (currency, amount) => changeFunds(exchange, currency, `-${amount}`, clock.nowMs()),
    requestLog: log.all,
    clearRequestLog: log.clear,
  };
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

function closeAll(server: Server, closeJournal: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      closeJournal();
      resolve();
    });
    // Lost replies keep their connections open on purpose.
    server.closeAllConnections();
  });
}
