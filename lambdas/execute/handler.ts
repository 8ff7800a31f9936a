import * as z from 'zod';
import { parseIntentMessage } from '../../shared/adapters/sqs/intent-message.ts';
import { placeOrder } from '../../shared/app/place-order.ts';
import type { PlacePorts, TraderSettings } from '../../shared/app/ports.ts';
import type { PlaceOutcome } from '../../shared/app/send-order.ts';
import type { IntentMessage } from '../../shared/ports/intent-queue.ts';
import { parseEvent } from '../runtime/event.ts';
import type { Compose } from '../runtime/once.ts';

export interface ExecuteDeps {
  readonly ports: PlacePorts;
  readonly settings: TraderSettings;
  readonly report: (message: IntentMessage, outcome: PlaceOutcome) => void;
  readonly reportFailure: (messageId: string, error: unknown) => void;
}

/** What SQS wants to hear: everything else in the batch is done. */
export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

const batch = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })).min(1) });

/** Intents in order: the first that fails ends the batch, and it and those behind it come again. */
export function createExecuteHandler(compose: Compose<ExecuteDeps>): (event: unknown) => Promise<BatchResponse> {
  return async (event) => {
    const { Records: records } = parseEvent('execute', batch, event);
    const deps = await compose();
    for (const [position, { messageId, body }] of records.entries()) {
      const error = await place(deps, body);
      if (error === null) continue;
      deps.reportFailure(messageId, error);
      return { batchItemFailures: records.slice(position).map((record) => ({ itemIdentifier: record.messageId })) };
    }
    return { batchItemFailures: [] };
  };
}

/** null: done. Whatever was thrown is reported, and the queue counts it until the message is a dead letter. */
async function place({ ports, settings, report }: ExecuteDeps, body: string): Promise<unknown> {
  try {
    const message = parseIntentMessage(body);
    report(message, await placeOrder(ports, settings, message));
    return null;
  } catch (error) {
    return error ?? new Error('thrown without an error');
  }
}
