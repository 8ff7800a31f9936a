import * as z from 'zod';
import { type OrderRecord, orderRecordSchema } from '../../shared/core/execution/order-record.ts';

/** A record as it is kept: amounts as decimal text. */
export function encodedOrder(record: OrderRecord): z.input<typeof orderRecordSchema> {
  return z.encode(orderRecordSchema, record);
}
