import { type Answer, type ExchangeFailure, ok } from '../../../ports/answer.ts';
import type { Placed } from '../../../ports/exchange.ts';
import type { CoinbaseClient } from '../client.ts';
import { causesOf } from '../reasons.ts';
import { childOf, textOf, type Wire, wireOf } from '../wire.ts';

export interface CreateRequest {
  readonly clientOrderId: string;
  /** Sent byte for byte. */
  readonly body: string;
  /** Not sent once the wall clock has reached this. */
  readonly notAfterMs?: number;
  /** Asked before every repetition (after a 429, a 401 or a refused connection). */
  readonly mayResend?: (() => Promise<boolean>) | undefined;
}

/**
 * Accepted for processing, no more: neither resting nor filled. Repeated only where the earlier attempt provably came to
 * nothing, never when its outcome is in doubt.
 */
export function createOrder(client: CoinbaseClient, request: CreateRequest): Promise<Answer<Placed>> {
  return client.send({
    operation: 'create',
    method: 'POST',
    path: '/orders',
    body: request.body,
    surface: 'private',
    effect: 'create',
    notAfterMs: request.notAfterMs,
    mayResend: request.mayResend,
    decode: (reply) => placedOf(wireOf(reply, 'reply'), request.clientOrderId),
  });
}

function placedOf(reply: Wire, clientOrderId: string): Answer<Placed> {
  const success = childOf(reply, 'success_response');
  const orderId = success === null ? '' : textOf(success, 'order_id');
  const verdict = textOf(reply, 'success');
  // Reason fields are filled in next to success too: only the flag speaks.
  if (verdict === 'false' && orderId === '') return refusalOf(reply);
  if (verdict !== 'true') return ambiguous('the reply says neither accepted nor refused');
  if (success === null || orderId === '') return ambiguous('accepted, but without an order id');
  const echoed = textOf(success, 'client_order_id');
  if (echoed !== '' && echoed !== clientOrderId) return ambiguous(`the reply is about another order: ${echoed}`);
  return ok({ orderId });
}

/** Says only that the order was turned away somewhere inside, not why, so not that it never existed. */
const NO_CAUSE = ['COMMANDER_REJECTED_NEW_ORDER', 'PREVIEW_COMMANDER_REJECTED_NEW_ORDER'];

/** The opposite of a refusal: an order with this id exists and must be read back. */
const DUPLICATE = /DUPLICATE_CLIENT_ORDER_ID$/;

function refusalOf(reply: Wire): ExchangeFailure {
  const error = childOf(reply, 'error_response') ?? wireOf({}, 'reply.error_response');
  const reasons = causesOf([
    textOf(error, 'error'),
    textOf(error, 'new_order_failure_reason'),
    textOf(error, 'preview_failure_reason'),
    textOf(reply, 'failure_reason'),
  ]);
  const texts = [textOf(error, 'message'), textOf(error, 'error_details')].filter((text) => text !== '');
  const message = [...new Set(texts)].join(': ') || 'no message';
  if (reasons.some((reason) => DUPLICATE.test(reason))) return ambiguous(`the client order id is taken: ${message}`);
  if (reasons.every((reason) => NO_CAUSE.includes(reason))) return ambiguous(`refused without a cause: ${message}`);
  return { kind: 'refused', status: 200, reasons, message };
}

function ambiguous(message: string): ExchangeFailure {
  return { kind: 'ambiguous', message };
}
