import type { ExchangeFailure } from '../../ports/answer.ts';
import { causesOf } from './reasons.ts';
import { type Cause, type Effect, parseRetryAfter } from './retry.ts';
import type { Delivery } from './transport.ts';

/** What one attempt came to: a body to decode, or a failure and whether it may be worth another try. */
export type Outcome =
  | { readonly kind: 'body'; readonly value: unknown }
  | {
      readonly kind: 'failed';
      readonly failure: ExchangeFailure;
      readonly cause: Cause;
      readonly retryAfterMs: number | null;
    };

/** The status is judged before the body is looked at: an error's body may be JSON, HTML, a trace id or nothing. */
export function judge(delivery: Delivery, effect: Effect, nowMs: number): Outcome {
  if (delivery.kind === 'not_sent')
    return failed({ kind: 'unavailable', message: `not sent: ${delivery.why}` }, 'not_sent');
  if (delivery.kind === 'lost') return failed(withoutAnswer(effect, `no answer: ${delivery.why}`), 'doubtful');

  const { status, contentType, body } = delivery;
  if (status >= 200 && status < 300) return readBody(status, contentType, body, effect);
  const message = `http ${status}: ${messageIn(contentType, body)}`;
  const retryAfterMs = parseRetryAfter(delivery.retryAfter, nowMs);
  if (status === 429) return failed({ kind: 'rate_limited', message }, 'rate_limited', retryAfterMs);
  if (status === 401) return failed({ kind: 'unauthorised', message }, 'unauthorised', retryAfterMs);
  if (isProvenRefusal(status, effect)) {
    return failed({ kind: 'refused', status, reasons: wordsIn(contentType, body), message }, 'final');
  }
  const isServerFault = status >= 500 || status === 408;
  return failed(withoutAnswer(effect, message), isServerFault ? 'doubtful' : 'final', retryAfterMs);
}

/** The failure of a request whose answer is missing or unreadable. */
export function withoutAnswer(effect: Effect, message: string): ExchangeFailure {
  return effect === 'read' ? { kind: 'unavailable', message } : { kind: 'ambiguous', message };
}

/** 400, 403 and 404 are documented to come before execution; other statuses prove nothing about a write. */
function isProvenRefusal(status: number, effect: Effect): boolean {
  if (status === 400 || status === 403 || status === 404) return true;
  return effect === 'read' && status >= 400 && status < 500 && status !== 408;
}

function readBody(status: number, contentType: string, body: string, effect: Effect): Outcome {
  const value = parsed(contentType, body);
  if (value !== undefined) return { kind: 'body', value };
  return failed(withoutAnswer(effect, `http ${status} with an unreadable body: ${body.slice(0, 200)}`), 'doubtful');
}

function parsed(contentType: string, body: string): unknown {
  if (contentType.includes('html')) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function failed(failure: ExchangeFailure, cause: Cause, retryAfterMs: number | null = null): Outcome {
  return { kind: 'failed', failure, cause, retryAfterMs };
}

/** The most telling text of either documented error family, or the start of whatever else came. */
function messageIn(contentType: string, body: string): string {
  const texts = errorTexts(parsed(contentType, body));
  return texts.length > 0 ? [...new Set(texts)].join(': ') : body.slice(0, 400).trim() || 'empty body';
}

function errorTexts(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { error, error_details, message, errors } = value as Record<string, unknown>;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const { id, message: inner } = (typeof first === 'object' && first !== null ? first : {}) as Record<string, unknown>;
  return [error, error_details, message, id, inner].filter(
    (text) => typeof text === 'string' && text !== '',
  ) as string[];
}

function wordsIn(contentType: string, body: string): readonly string[] {
  return causesOf(errorTexts(parsed(contentType, body)).filter((text) => /^[A-Z][A-Z0-9_]+$/.test(text)));
}
