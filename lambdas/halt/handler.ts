import * as z from 'zod';
import { type HaltReport, haltOnce, type SweepReport } from '../../shared/app/halt.ts';
import type { HaltRequest } from '../../shared/app/halt-record.ts';
import type { HaltPorts, HaltSettings } from '../../shared/app/ports.ts';
import type { KillSwitch } from '../../shared/ports/kill-switch.ts';
import { parseEvent } from '../runtime/event.ts';
import type { Compose } from '../runtime/once.ts';

export interface HaltDeps {
  readonly ports: HaltPorts;
  readonly settings: HaltSettings;
  /** null: the switch was armed, so there was nothing to halt. */
  readonly report: (report: HaltReport | SweepReport | null) => void;
}

const parameterChange = z.object({ source: z.literal('aws.ssm'), detail: z.object({ name: z.string() }) });
const request = z.strictObject({
  reason: z.string().min(1).max(600),
  source: z.string().min(1).max(100),
  flipped_at_ms: z.number().optional(),
});
/** The watcher and `trader kill` ask over a topic: one record a message. */
const fromTopic = z.object({ Records: z.tuple([z.object({ Sns: z.object({ Message: z.string() }) })]) });
const haltEvent = z.union([parameterChange, fromTopic, request]);

/** Stops what is on its way: on a change of the kill switch, or because somebody asks in so many words. */
export function createHaltHandler(compose: Compose<HaltDeps>): (event: unknown) => Promise<void> {
  return async (event) => {
    const asked = parseEvent('halt', haltEvent, event);
    const words = 'Records' in asked ? parseEvent('halt', request, json(asked.Records[0].Sns.Message)) : asked;
    const { ports, settings, report } = await compose();
    const order = 'detail' in words ? await orderOf(ports.killSwitch) : requestOf(words);
    if (order === null) return report(null);
    const halted = await haltOnce(ports, settings, order);
    report(halted);
    // The invocation must count as failed: then it is repeated, and its alarm rings.
    const open = [...halted.remaining.map((id) => `order ${id} is still open`), ...halted.faults];
    if (open.length > 0) throw new Error(`halt is not complete: ${open.join('; ')}`);
  };
}

/** The event only says that the value changed, and it may be late: what stands there now counts. */
async function orderOf(killSwitch: KillSwitch): Promise<HaltRequest | null> {
  const state = await killSwitch.read();
  if (state.kind === 'armed') return null;
  const since = state.atMs === undefined ? {} : { flippedAtMs: state.atMs };
  return { reason: state.reason, source: 'kill-switch', ...since };
}

function requestOf({ reason, source, flipped_at_ms }: z.output<typeof request>): HaltRequest {
  return { reason, source, ...(flipped_at_ms !== undefined && { flippedAtMs: flipped_at_ms }) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
