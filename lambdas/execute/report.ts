import type { PlaceOutcome } from '../../shared/app/send-order.ts';
import type { IntentMessage } from '../../shared/ports/intent-queue.ts';
import type { ExchangeTally } from '../runtime/exchange-meter.ts';
import type { Telemetry } from '../runtime/telemetry.ts';

/** One line an intent: what became of it, how old it was by then, and what it asked of the exchange [REQ-OB1]. */
export function reportOrder(
  logger: Pick<Telemetry['logger'], 'info'>,
  { client_order_id, slot_ms }: IntentMessage,
  outcome: PlaceOutcome,
  { exchange, nowMs }: { readonly exchange: ExchangeTally; readonly nowMs: number },
): void {
  logger.info(`order ${outcome.kind}`, {
    client_order_id,
    order: { outcome: outcome.kind, intent_age_ms: nowMs - slot_ms },
    exchange,
  });
}
