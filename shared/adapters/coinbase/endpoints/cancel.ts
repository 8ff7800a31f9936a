import { type Answer, type ExchangeFailure, failureText, ok } from '../../../ports/answer.ts';
import type { CancelResult } from '../../../ports/exchange.ts';
import type { CoinbaseClient } from '../client.ts';
import { childrenOf, requiredFlag, requiredText, textOf, type Wire, wireOf } from '../wire.ts';

/** More ids than this are refused. */
const MAX_IDS = 100;

/**
 * Asks for the cancellation of orders by the exchange's ids, all of them even when one request fails. Accepted is not
 * cancelled: fills may still arrive, so every order must be read back.
 */
export async function cancelOrders(
  client: CoinbaseClient,
  orderIds: readonly string[],
): Promise<Answer<readonly CancelResult[]>> {
  const ids = [...new Set(orderIds)];
  const answers: Answer<readonly CancelResult[]>[] = [];
  for (let from = 0; from < ids.length; from += MAX_IDS) {
    answers.push(await cancelChunk(client, ids.slice(from, from + MAX_IDS)));
  }
  const failures = answers.filter((answer) => answer.kind !== 'ok');
  const [failure] = failures;
  if (failure === undefined) return ok(answers.flatMap((answer) => (answer.kind === 'ok' ? answer.value : [])));
  // Nothing may be taken for proven not executed when a part was.
  return failures.length === answers.length && isOneKind(failures) ? failure : partly(failure);
}

function isOneKind(failures: readonly ExchangeFailure[]): boolean {
  return new Set(failures.map(({ kind }) => kind)).size === 1;
}

function partly(failure: ExchangeFailure): ExchangeFailure {
  return { kind: 'ambiguous', message: `some of the cancels failed: ${failureText(failure)}` };
}

function cancelChunk(client: CoinbaseClient, ids: readonly string[]): Promise<Answer<readonly CancelResult[]>> {
  return client.send({
    operation: 'cancel',
    method: 'POST',
    path: '/orders/batch_cancel',
    body: JSON.stringify({ order_ids: ids }),
    surface: 'private',
    effect: 'cancel',
    decode(reply) {
      const results = childrenOf(wireOf(reply, 'reply'), 'results').map(resultOf);
      const byId = new Map(results.map((result) => [result.orderId, result]));
      return ok(ids.map((orderId) => byId.get(orderId) ?? { orderId, accepted: false, reason: 'NO_RESULT' }));
    },
  });
}

/** The reason is filled with an UNKNOWN_... word on success too: only the flag speaks. */
function resultOf(row: Wire): CancelResult {
  const accepted = requiredFlag(row, 'success');
  const reason = accepted ? '' : textOf(row, 'failure_reason') || 'NO_REASON';
  return { orderId: requiredText(row, 'order_id'), accepted, reason };
}
