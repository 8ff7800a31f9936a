/** Why the exchange did not answer as asked. An error is a value and never an empty list. */
export type ExchangeFailure =
  /** Proven not executed: a documented refusal (400, 403, 404, success:false). `reasons` without UNKNOWN_* words. */
  | { readonly kind: 'refused'; readonly status: number; readonly reasons: readonly string[]; readonly message: string }
  /** Proven not executed: 429 after the last attempt. */
  | { readonly kind: 'rate_limited'; readonly message: string }
  /** Proven not executed: 401 also with fresh tokens. */
  | { readonly kind: 'unauthorised'; readonly message: string }
  /** A read that could not be answered, or a write that provably never left (refused connection, DNS). */
  | { readonly kind: 'unavailable'; readonly message: string }
  /** A write that may have been executed: timeout, reset, 5xx, unreadable 2xx. */
  | { readonly kind: 'ambiguous'; readonly message: string };

export type Answer<Value> = { readonly kind: 'ok'; readonly value: Value } | ExchangeFailure;

export function ok<Value>(value: Value): Answer<Value> {
  return { kind: 'ok', value };
}

/** The exchange says that there is no such thing. Of a new order it may say so for a moment. */
export function isNotFound(answer: Answer<unknown>): boolean {
  return answer.kind === 'refused' && answer.status === 404;
}

/** One line for logs and records: kind and message, no payload. */
export function failureText(failure: ExchangeFailure): string {
  const reasons = failure.kind === 'refused' && failure.reasons.length > 0 ? ` [${failure.reasons.join(', ')}]` : '';
  return `${failure.kind}${reasons}: ${failure.message}`;
}
