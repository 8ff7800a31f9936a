import { isProductId } from '../../core/market/product.ts';
import { type Fixed, parseFixed } from '../../core/money/fixed.ts';
import type { ExchangeOrder } from '../../ports/exchange.ts';
import { causesOf } from './reasons.ts';
import { childOf, DecodeError, pathOf, requiredText, requiredTimeMs, textOf, type Wire, wireOf } from './wire.ts';
import { exactOf, optionalExactOf, roundedOf } from './wire-money.ts';

const STATUSES = [
  'PENDING',
  'QUEUED',
  'OPEN',
  'EDIT_QUEUED',
  'CANCEL_QUEUED',
  'FILLED',
  'CANCELLED',
  'EXPIRED',
  'FAILED',
] as const satisfies readonly ExchangeOrder['status'][];

/** Reads an order as get and list return it. Throws DecodeError, naming the field. */
export function orderOf(row: Wire): ExchangeOrder {
  const productId = requiredText(row, 'product_id');
  if (!isProductId(productId)) throw new DecodeError(`${pathOf(row, 'product_id')} is not a spot pair: ${productId}`);
  const terms = termsOf(row);
  const status = statusOf(textOf(row, 'status'));
  const filledQuantity = filledOf(row, 'filled_size', (name) => exactOf<'base'>(row, name));
  // Taken at its word, it would end with nothing booked.
  if (status === 'FILLED' && filledQuantity <= 0n) throw new DecodeError(`${row.at} is FILLED without a filled size`);
  return {
    orderId: requiredText(row, 'order_id'),
    clientOrderId: textOf(row, 'client_order_id'),
    productId,
    side: sideOf(row),
    status,
    baseSize: terms === null ? null : optionalExactOf<'base'>(terms, 'base_size'),
    limitPrice: terms === null ? null : optionalExactOf<'usd-per-base'>(terms, 'limit_price'),
    filledQuantity,
    filledValue: filledOf(row, 'filled_value', (name) => roundedOf<'usd'>(row, name, 'down')),
    // "fee" is dead: always empty.
    totalFees: filledOf(row, 'total_fees', (name) => roundedOf<'usd'>(row, name, 'up')),
    createdMs: requiredTimeMs(row, 'created_time'),
    detail: detailOf(row),
  };
}

export function sideOf(row: Wire): 'BUY' | 'SELL' {
  const side = textOf(row, 'side');
  if (side === 'BUY' || side === 'SELL') return side;
  throw new DecodeError(`${pathOf(row, 'side')} is neither BUY nor SELL: ${JSON.stringify(side)}`);
}

/** An open set on the wire: a word that is not known counts as neither working nor finished. */
function statusOf(text: string): ExchangeOrder['status'] {
  return STATUSES.find((status) => status === text) ?? 'OTHER';
}

/** The one configuration that has fields; its name says no more than order_type does. */
function termsOf(row: Wire): Wire | null {
  const configuration = childOf(row, 'order_configuration');
  if (configuration === null) return null;
  // The other kinds may stand beside it, empty.
  const [filled] = Object.entries(configuration.fields).filter(([, fields]) => !isEmpty(fields));
  if (filled === undefined) return null;
  const [name, fields] = filled;
  return wireOf(fields, pathOf(configuration, name));
}

function isEmpty(fields: unknown): boolean {
  return (
    fields === null || (typeof fields === 'object' && !Array.isArray(fields) && Object.keys(fields ?? {}).length === 0)
  );
}

/**
 * A figure about what was filled. It may be left empty only where the order itself says that nothing was: an empty field
 * is never taken for zero by itself.
 */
function filledOf<Unit extends string>(row: Wire, name: string, read: (name: string) => Fixed<Unit>): Fixed<Unit> {
  return textOf(row, name) === '' && isUnfilled(row) ? parseFixed<Unit>('0') : read(name);
}

function isUnfilled(row: Wire): boolean {
  const isZero = (name: string) => /^0(\.0+)?$/.test(textOf(row, name));
  return isZero('number_of_fills') || isZero('filled_size') || ['PENDING', 'QUEUED'].includes(textOf(row, 'status'));
}

const MAX_DETAIL = 200;

function detailOf(row: Wire): string | null {
  const reason = causesOf([textOf(row, 'reject_reason')]).filter((word) => word !== 'REJECT_REASON_UNSPECIFIED');
  const texts = [...reason, textOf(row, 'reject_message'), textOf(row, 'cancel_message')].filter((text) => text !== '');
  return texts.length === 0 ? null : texts.join(': ').slice(0, MAX_DETAIL);
}
