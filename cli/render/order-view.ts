import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { encodedOrder } from '../books/encoded-order.ts';
import { dollars } from './figures.ts';
import { legLines } from './leg-lines.ts';
import type { Paint } from './paint.ts';

/** One order record for a person. */
export function orderText(record: OrderRecord, paint: Paint): string {
  const { client_order_id, intent, filled_quantity, filled_value, fees, ...leg } = encodedOrder(record);
  const { side, product_id, purpose, quantity, limit_price, route, reason, strategy } = intent;
  return [
    paint('bold', `${client_order_id}  ${side} ${product_id} ${purpose} ${reason} (${strategy})`),
    `  ${quantity} at ${limit_price} or better, as ${route?.kind ?? 'taker'}, leg ${intent.leg ?? 0}`,
    ...legLines(leg).map((line) => `  ${line}`),
    `  filled ${filled_quantity} = ${dollars(filled_value)}, fees ${dollars(fees)}`,
    `  the whole chain: trader audit ${client_order_id}`,
  ].join('\n');
}
