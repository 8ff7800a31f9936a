import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProductFlags } from '../../shared/core/market/product.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Moment } from '../exchange/exchange.ts';
import { authenticate } from './auth.ts';
import type { Call, World } from './call.ts';
import { type FaultEffect, type FaultInjector, faultReply } from './faults.ts';
import type { SimulatorKey } from './keys.ts';
import { invalid, json, missingScopes, notFound, type Reply, unauthorized } from './reply.ts';
import { API_PREFIX, findRoute, type Route } from './router.ts';

export interface LoggedRequest {
  readonly method: string;
  /** After the API prefix, without the query. */
  readonly path: string;
  readonly query: string;
  readonly atMs: number;
  /** What was answered; null when nothing was (reset, lost reply). */
  readonly status: number | null;
}

export interface RateLimits {
  readonly privatePerSecond: number;
  readonly publicPerSecond: number;
}

export interface ListenerOptions {
  readonly world: World;
  readonly clock: Clock;
  readonly faults: FaultInjector;
  readonly keys: ReadonlyMap<string, SimulatorKey>;
  /** Host names that tokens may be made out to. */
  readonly hosts: () => readonly string[];
  readonly limits: RateLimits | null;
  readonly log: (entry: LoggedRequest) => void;
}

const LARGEST_BODY_BYTES = 1_000_000;

export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly fullPath: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly text: string;
}

/** 'reset': the connection is cut; 'silence': nothing ever comes. */
export type Answer = Reply | 'reset' | 'silence';

/** One request from first byte to last: faults round the real handling, which is synchronous and so never interleaves. */
export function listener(options: ListenerOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const isOverLimit = rateCounter(options.limits, options.clock);
  return (request, response) => {
    serve(options, isOverLimit, request, response).catch((error: Error) => {
      // A bug of the simulator must not look like a fault of the exchange.
      send(response, json({ error: 'SIMULATOR_BUG', message: error.stack ?? error.message }, 500));
    });
  };
}

async function serve(
  options: ListenerOptions,
  isOverLimit: (scope: Route['scope']) => boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const incoming = await read(request);
  const { method, path } = incoming;
  const effects = options.faults.fire(method, path, options.clock.nowMs());
  for (const effect of effects) if (effect.kind === 'latency') await options.clock.sleep(effect.ms);
  const answer = answerOf(options, isOverLimit, incoming, effects);
  const status = typeof answer === 'string' ? null : answer.status;
  options.log({ method, path, query: incoming.query.toString(), atMs: options.clock.nowMs(), status });
  if (answer === 'reset') request.socket.destroy();
  else if (answer === 'silence') await staySilent(options.clock, effects, request);
  else send(response, answer);
}

async function staySilent(clock: Clock, effects: readonly FaultEffect[], request: IncomingMessage): Promise<void> {
  const cuts = effects.flatMap((effect) => (effect.kind === 'lostReply' ? [effect.cutAfterMs ?? null] : []));
  const [cutAfterMs = null] = cuts;
  if (cutAfterMs === null) return;
  await clock.sleep(cutAfterMs);
  request.socket.destroy();
}

/** The faults round the real handling of one request. */
export function answerOf(
  options: ListenerOptions,
  isOverLimit: (scope: Route['scope']) => boolean,
  incoming: Incoming,
  effects: readonly FaultEffect[],
): Answer {
  const has = (kind: FaultEffect['kind']) => effects.some((effect) => effect.kind === kind);
  if (has('resetBefore')) return 'reset';
  const early = replyAt(effects, 'before');
  if (early !== null) return early;
  const reply = handle(options, isOverLimit, incoming, effects);
  if (has('resetAfterAccept')) return 'reset';
  return has('lostReply') ? 'silence' : (replyAt(effects, 'after') ?? reply);
}

function replyAt(effects: readonly FaultEffect[], when: 'before' | 'after'): Reply | null {
  for (const effect of effects) {
    const reply = faultReply(effect, when);
    if (reply !== null) return reply;
  }
  return null;
}

function handle(
  options: ListenerOptions,
  isOverLimit: (scope: Route['scope']) => boolean,
  incoming: Incoming,
  effects: readonly FaultEffect[],
): Reply {
  const { world, clock } = options;
  const found = findRoute(incoming.method, incoming.path);
  if (found === undefined) return notFound(`no route ${incoming.method} ${incoming.fullPath}`);
  const nowMs = clock.nowMs();
  const toldMs = nowMs + sum(effects, 'clockSkew', (effect) => effect.ms);
  const key = keyFor(options, incoming, toldMs);
  const { scope, handler } = found.route;
  if (scope !== 'public' && key === undefined) return unauthorized();
  if (isOverLimit(scope)) return json({ errors: [{ id: 'rate_limit_exceeded', message: 'Too many requests' }] }, 429);
  if (scope !== 'public' && key?.scopes[scope] !== true) return missingScopes();
  const body = parseBody(incoming.text);
  if (body === UNREADABLE) return invalid('the body is not JSON');
  world.exchange.advance(nowMs);
  const call: Call = {
    id: found.id,
    query: incoming.query,
    body,
    isPublic: scope === 'public',
    scopes: scope === 'public' ? null : (key?.scopes ?? null),
    toldMs,
    quoteMs: nowMs - sum(effects, 'staleQuotes', (effect) => effect.ageMs),
    moment: momentOf(nowMs, effects),
  };
  const visibilityLagMs = world.visibilityLagMs + sum(effects, 'delayedLists', (effect) => effect.ms);
  return handler({ ...world, visibilityLagMs }, call);
}

/** Null without a token, as the public surface allows. */
function keyFor({ keys, hosts }: ListenerOptions, incoming: Incoming, nowMs: number): SimulatorKey | undefined {
  if (incoming.authorization === undefined) return undefined;
  const { method, fullPath: path } = incoming;
  return authenticate(incoming.authorization, keys, { method, path, hosts: hosts(), nowMs });
}

function momentOf(nowMs: number, effects: readonly FaultEffect[]): Moment {
  const flips = effects.filter((effect) => effect.kind === 'productFlags');
  const failure = effects.find((effect) => effect.kind === 'failOrder');
  return {
    nowMs,
    flagOverrides: (productId) =>
      flips
        .filter((flip) => flip.productId === productId)
        .reduce<Partial<ProductFlags>>((flags, flip) => Object.assign(flags, flip.flags), {}),
    failOrder:
      failure === undefined
        ? null
        : { filledShare: failure.filledShare ?? 0, reason: failure.reason ?? 'HOLD_FAILURE' },
  };
}

function sum<Kind extends FaultEffect['kind']>(
  effects: readonly FaultEffect[],
  kind: Kind,
  amount: (effect: Extract<FaultEffect, { readonly kind: Kind }>) => number,
): number {
  return effects.reduce(
    (total, effect) =>
      effect.kind === kind ? total + amount(effect as Extract<FaultEffect, { readonly kind: Kind }>) : total,
    0,
  );
}

const UNREADABLE = Symbol('unreadable');

function parseBody(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return UNREADABLE;
  }
}

async function read(request: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY_BYTES) throw new RangeError(`a body of more than ${LARGEST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const fullPath = mark < 0 ? url : url.slice(0, mark);
  return {
    method: request.method ?? 'GET',
    path: fullPath.startsWith(API_PREFIX) ? fullPath.slice(API_PREFIX.length) : fullPath,
    fullPath,
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    authorization: request.headers.authorization,
    text: chunks.length === 0 ? '' : Buffer.concat(chunks).toString('utf8'),
  };
}

function send(response: ServerResponse, reply: Reply): void {
  const bytes = Buffer.from(reply.text);
  const retryAfter = reply.retryAfterSeconds === undefined ? {} : { 'retry-after': String(reply.retryAfterSeconds) };
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': bytes.length,
    ...retryAfter,
  });
  response.end(bytes);
}

/** Counts requests per second of the exchange's clock. */
function rateCounter(limits: RateLimits | null, clock: Clock): (scope: Route['scope']) => boolean {
  let second = 0;
  let counts = { public: 0, private: 0 };
  return (scope) => {
    if (limits === null) return false;
    const current = Math.floor(clock.nowMs() / 1000);
    if (current !== second) {
      second = current;
      counts = { public: 0, private: 0 };
    }
    const surface = scope === 'public' ? 'public' : 'private';
    counts[surface] += 1;
    return counts[surface] > (surface === 'public' ? limits.publicPerSecond : limits.privatePerSecond);
  };
}
