import { type Answer, ok } from '../../../ports/answer.ts';
import type { PreviewTotals } from '../../../ports/exchange.ts';
import type { CoinbaseClient } from '../client.ts';
import { causesOf } from '../reasons.ts';
import { DecodeError, pathOf, type Wire, wireOf } from '../wire.ts';
import { roundedOf } from '../wire-money.ts';

/** Asks whether an order would be taken and what it would cost. `body` is a create body without its client order id. */
export function previewOrder(
  client: CoinbaseClient,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer<PreviewTotals>> {
  return client.send({
    operation: 'preview',
    method: 'POST',
    path: '/orders/preview',
    body: JSON.stringify(body),
    surface: 'private',
    effect: 'read',
    decode: (reply) => totalsOf(wireOf(reply, 'reply')),
  });
}

function totalsOf(reply: Wire): Answer<PreviewTotals> {
  const errors = wordsOf(reply, 'errs');
  if (errors.length > 0) {
    return {
      kind: 'refused',
      status: 200,
      reasons: causesOf(errors),
      message: `preview refused: ${errors.join(', ')}`,
    };
  }
  return ok({
    orderTotal: roundedOf<'usd'>(reply, 'order_total', 'up'),
    commissionTotal: roundedOf<'usd'>(reply, 'commission_total', 'up'),
    // ["UNKNOWN"] is what a preview without warnings carries.
    warnings: causesOf(wordsOf(reply, 'warning')),
  });
}

function wordsOf(reply: Wire, name: string): readonly string[] {
  const value = reply.fields[name];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.some((word) => typeof word !== 'string')) {
    throw new DecodeError(`${pathOf(reply, name)} is not a list of words`);
  }
  return value as string[];
}
