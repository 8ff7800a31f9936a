import { createHash } from 'node:crypto';
import type { OrderRecord } from '../core/execution/order-record.ts';
import { bodyOf } from '../core/execution/sendable-order.ts';

/** SHA-256 (hex) of the exact bytes that will be posted. */
export function bodyHashOf(record: OrderRecord): string {
  return hashOf(bodyOf(record));
}

/** SHA-256 (hex) of a text. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
