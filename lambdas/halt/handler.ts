import * as z from 'zod';
import { type HaltReport, type HaltRequest, halt } from '../../shared/app/halt.ts';
import type { HaltPorts, TraderSettings } from '../../shared/app/ports.ts';
import type { KillSwitch } from '../../shared/ports/kill-switch.ts';
import { parseEvent } from '../runtime/event.ts';
import type { Compose } from '../runtime/once.ts';

export interface HaltDeps {
  readonly ports: HaltPorts;
  readonly settings: TraderSettings;
  /** null: the switch was armed, so there was nothing to halt. */
  readonly report: (report: HaltReport | null) => void;
}

const parameterChange = z.object({ source: z.literal('aws.ssm'), detail: z.object({ name: z.string() }) });
const request = z.strictObject({ reason: z.string().min(1).max(500), source: z.string().min(1).max(100) });
const haltEvent = z.union([parameterChange, request]);

/** Stops what is on its way: on a change of the kill switch, or because somebody asks in so many words. */
export function createHaltHandler(compose: Compose<HaltDeps>): (event: unknown) => Promise<void> {
  return async (event) => {
    const asked = parseEvent('halt', haltEvent, event);
    const { ports, settings, report } = await compose();
    const order = 'detail' in asked ? await orderOf(ports.killSwitch) : asked;
    if (order === null) return report(null);
    const halted = await halt(ports, settings, order);
    report(halted);
    // The invocation must count as failed: then it is repeated, and its alarm rings.
    const open = [...halted.remaining.map((id) => `order ${id} is still open`), ...halted.faults];
    if (open.length > 0) throw new Error(`halt is not complete: ${open.join('; ')}`);
  };
}

/** The event only says that the value changed, and it may be late: what stands there now counts. */
async function orderOf(killSwitch: KillSwitch): Promise<HaltRequest | null> {
  const state = await killSwitch.read();
  return state.kind === 'armed' ? null : { reason: state.reason, source: 'kill-switch' };
}
