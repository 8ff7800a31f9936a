import type { ProductFlags } from '../../shared/core/market/product.ts';
import { streamOf, textKey } from '../market/random.ts';
import { html, json, type Reply, unauthorized } from './reply.ts';

/** Which requests a rule hits. Every given condition must hold. */
export interface FaultMatch {
  readonly method?: string;
  /** The path after /api/v3/brokerage: text must equal it, an expression must find something in it. */
  readonly path?: string | RegExp;
  /** Only the nth request that matches the rest, counted from 1. */
  readonly nth?: number;
  /** Seeded: the same run meets the same faults. */
  readonly probability?: number;
  /** In the exchange's time; `toMs` is not included. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

export type FaultEffect =
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: '429'; readonly body?: 'json' | 'html'; readonly retryAfterSeconds?: number }
  /** when 'after': the request was carried out, and the reply is the error. */
  | {
      readonly kind: '5xx';
      readonly status?: 500 | 502 | 503 | 504;
      readonly body?: 'json' | 'html' | 'trace' | 'empty';
      readonly when?: 'before' | 'after';
    }
  /** 200 with a page instead of JSON. */
  | { readonly kind: 'html'; readonly when?: 'before' | 'after' }
  | { readonly kind: '401' }
  | { readonly kind: 'resetBefore' }
  | { readonly kind: 'resetAfterAccept' }
  /**
   * Carried out, and the connection stays silent: for ever, or until it is cut so long after, in the exchange's time. That
   * is what a caller's own deadline looks like where time is virtual.
   */
  | { readonly kind: 'lostReply'; readonly cutAfterMs?: number }
  /** Orders and fills are listed only so long after they happened. */
  | { readonly kind: 'delayedLists'; readonly ms: number }
  | { readonly kind: 'staleQuotes'; readonly ageMs: number }
  | { readonly kind: 'productFlags'; readonly productId: string; readonly flags: Partial<ProductFlags> }
  | { readonly kind: 'maintenance' }
  /** The exchange's clock differs by this much. */
  | { readonly kind: 'clockSkew'; readonly ms: number }
  /** Order creation answers success; the order fills this share of its fills and ends FAILED. */
  | { readonly kind: 'failOrder'; readonly filledShare?: number; readonly reason?: string };

export interface FaultRule {
  readonly match: FaultMatch;
  readonly effect: FaultEffect;
}

export interface FaultInjector {
  setRules(rules: readonly FaultRule[]): void;
  /** The effects that hit this request, in the order of the rules. */
  fire(method: string, path: string, nowMs: number): readonly FaultEffect[];
}

export function faultInjector(rules: readonly FaultRule[], seed: number): FaultInjector {
  let current = rules;
  let counts = current.map(() => 0);
  return {
    setRules(next) {
      current = next;
      counts = next.map(() => 0);
    },
    fire: (method, path, nowMs) =>
      current.flatMap(({ match, effect }, i) => {
        if (!isAimedAt(match, method, path, nowMs)) return [];
        const count = (counts[i] as number) + 1;
        counts[i] = count;
        return isDrawn(match, seed, i, count) ? [effect] : [];
      }),
  };
}

function isAimedAt(match: FaultMatch, method: string, path: string, nowMs: number): boolean {
  if (match.method !== undefined && match.method !== method) return false;
  if (typeof match.path === 'string' && match.path !== path) return false;
  if (match.path instanceof RegExp && path.search(match.path) < 0) return false;
  return nowMs >= (match.fromMs ?? Number.NEGATIVE_INFINITY) && nowMs < (match.toMs ?? Number.POSITIVE_INFINITY);
}

function isDrawn({ nth, probability }: FaultMatch, seed: number, rule: number, count: number): boolean {
  if (nth !== undefined && nth !== count) return false;
  return probability === undefined || streamOf(seed, textKey('fault'), rule, count).next() < probability;
}

/** The reply an effect gives in place of the real one, before or after the request is carried out. */
export function faultReply(effect: FaultEffect, when: 'before' | 'after'): Reply | null {
  return momentOf(effect) === when ? errorReply(effect) : null;
}

/** Only some faults can strike after the request was carried out. */
function momentOf(effect: FaultEffect): 'before' | 'after' {
  return effect.kind === '5xx' || effect.kind === 'html' ? (effect.when ?? 'before') : 'before';
}

function errorReply(effect: FaultEffect): Reply | null {
  switch (effect.kind) {
    case '429':
      return tooMany(effect);
    case '401':
      return unauthorized();
    case 'maintenance':
      return html(503, 'Scheduled maintenance');
    case 'html':
      return html(200, 'Please wait');
    case '5xx':
      return serverError(effect);
    default:
      return null;
  }
}

function tooMany({ body = 'json', retryAfterSeconds }: Extract<FaultEffect, { kind: '429' }>): Reply {
  const errors = [{ id: 'rate_limit_exceeded', message: 'Too many requests' }];
  const reply = body === 'json' ? json({ errors }, 429) : html(429, 'Too many requests');
  return retryAfterSeconds === undefined ? reply : { ...reply, retryAfterSeconds };
}

function serverError({ status = 503, body = 'trace' }: Extract<FaultEffect, { kind: '5xx' }>): Reply {
  if (body === 'json') return json({ error: 'INTERNAL', code: 13, message: 'internal error', details: [] }, status);
  if (body === 'html') return html(status, 'Error');
  const text = body === 'empty' ? '' : 'go/sg/6f1d2c3b-0000-4000-8000-000000000000';
  return { status, contentType: 'text/plain; charset=utf-8', text };
}
