import type { OrderRecord } from '../core/execution/order-record.ts';
import { toText } from '../core/money/fixed.ts';
import { failureText } from '../ports/answer.ts';
import type { PlacePorts } from './ports.ts';

/** Asks the exchange what the order would cost [REQ-X2]; a refusal, no answer, or a cost above the reservation stops it. */
export async function previewOf(ports: PlacePorts, { intent }: OrderRecord): Promise<string | null> {
  const answer = await ports.exchange.preview(intent);
  if (answer.kind !== 'ok') return `preview: ${failureText(answer)}`;
  const { orderTotal } = answer.value;
  if (intent.side === 'BUY' && orderTotal > intent.reserved) {
    return `preview: costs ${toText(orderTotal)}, reserved ${toText(intent.reserved)}`;
  }
  return null;
}
