import * as z from 'zod';
import type { AlertDesk } from '../../shared/adapters/alerts/alert-desk.ts';
import { parseEscalationStep } from '../../shared/adapters/sqs/escalation-queue.ts';
import type { EscalationStep } from '../../shared/core/alerts/escalate.ts';
import { parseEvent } from '../runtime/event.ts';
import type { Compose } from '../runtime/once.ts';

export interface EscalateDeps {
  readonly desk: Pick<AlertDesk, 'escalate'>;
  readonly report: (step: EscalationStep, outcome: string) => void;
}

const batch = z.object({ Records: z.array(z.object({ body: z.string() })).min(1) });

/** A look at an alert whose time has come. What fails comes again with its whole batch: a look taken twice is none. */
export function createEscalateHandler(compose: Compose<EscalateDeps>): (event: unknown) => Promise<void> {
  return async (event) => {
    const { Records: records } = parseEvent('escalate', batch, event);
    const { desk, report } = await compose();
    for (const { body } of records) {
      const step = parseEscalationStep(body);
      report(step, await desk.escalate(step));
    }
  };
}
