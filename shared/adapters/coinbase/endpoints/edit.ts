import { type Price, type Quantity, toText } from '../../../core/money/fixed.ts';
import { type Answer, type ExchangeFailure, ok } from '../../../ports/answer.ts';
import type { Call } from '../call.ts';
import type { CoinbaseClient } from '../client.ts';
import { causesOf } from '../reasons.ts';
import { childOf, childrenOf, textOf, type Wire, wireOf } from '../wire.ts';

export interface EditRequest {
  readonly orderId: string;
  readonly price: Price;
  /** The new total, what is filled already included. */
  readonly size: Quantity;
}

export interface Edited {
  readonly orderId: string;
}

/** Moves a resting limit order. It has no idempotency key: after an ambiguous answer the order must be read back. */
export function editOrder(client: CoinbaseClient, request: EditRequest): Promise<Answer<Edited>> {
  return client.send({ ...editCall('/orders/edit', request), operation: 'edit', effect: 'edit' });
}

/** Whether an edit would be taken. Changes nothing. */
export function previewEdit(client: CoinbaseClient, request: EditRequest): Promise<Answer<Edited>> {
  return client.send({ ...editCall('/orders/edit_preview', request), operation: 'preview', effect: 'read' });
}

function editCall(path: string, { orderId, price, size }: EditRequest): Omit<Call<Edited>, 'operation' | 'effect'> {
  return {
    method: 'POST',
    path,
    body: JSON.stringify({ order_id: orderId, price: toText(price), size: toText(size) }),
    surface: 'private',
    decode: (reply) => editedOf(wireOf(reply, 'reply'), orderId, path.endsWith('preview')),
  };
}

function editedOf(reply: Wire, orderId: string, isPreview: boolean): Answer<Edited> {
  const reasons = editReasons(reply);
  const verdict = textOf(reply, 'success');
  // A preview carries no success flag when it is content.
  if (verdict === 'true' || (isPreview && verdict === '' && reasons.length === 0)) return ok({ orderId });
  const causes = reasons.filter((reason) => reason !== 'COMMANDER_REJECTED_EDIT_ORDER');
  if (causes.length === 0 && !isPreview) return ambiguous('the edit was not confirmed and no cause is given');
  return { kind: 'refused', status: 200, reasons, message: `edit refused: ${reasons.join(', ')}` };
}

function ambiguous(message: string): ExchangeFailure {
  return { kind: 'ambiguous', message };
}

/** Newer replies carry a list of errors, older ones an object, the oldest an error_response. */
function editReasons(reply: Wire): readonly string[] {
  const older = childOf(reply, 'error_response');
  const listed = Array.isArray(reply.fields['errors']) ? childrenOf(reply, 'errors') : [childOf(reply, 'errors')];
  const sources = [older, ...listed].filter((source) => source !== null);
  const names = ['edit_failure_reason', 'edit_order_failure_reason', 'preview_failure_reason'];
  return causesOf(sources.flatMap((source) => names.map((name) => textOf(source, name))));
}
