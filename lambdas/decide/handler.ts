import * as z from 'zod';
import type { CycleReport } from '../../shared/app/cycle-report.ts';
import type { CyclePorts, CycleSettings } from '../../shared/app/ports.ts';
import { runCycle } from '../../shared/app/run-cycle.ts';
import { parseEvent } from '../runtime/event.ts';
import type { Compose } from '../runtime/once.ts';

export interface DecideDeps {
  readonly ports: CyclePorts;
  readonly settings: CycleSettings;
  readonly intervalMs: number;
  readonly report: (report: CycleReport) => void;
  /** Files what the cycle has shown as gate evidence. Absent: nobody rehearses. */
  readonly note?: (report: CycleReport) => Promise<void>;
}

const slot = z
  .string()
  .refine(
    (text) => !text.includes('<'),
    'the Scheduler left its placeholder in the slot: is the schedule context enabled?',
  )
  .pipe(z.iso.datetime({ offset: true }));
const tick = z.object({ slot });

/** One tick, one cycle. The cycle is named by the slot it was scheduled for, so a repeated tick repeats nothing. */
export function createDecideHandler(compose: Compose<DecideDeps>): (event: unknown) => Promise<void> {
  return async (event) => {
    const scheduledMs = Date.parse(parseEvent('decide', tick, event).slot);
    const { ports, settings, intervalMs, report, note } = await compose();
    const cycle = await runCycle(ports, settings, { slotMs: scheduledMs - (scheduledMs % intervalMs) });
    report(cycle);
    await note?.(cycle);
  };
}
