import type { CallMeter } from '../../shared/ports/telemetry.ts';
import { once } from './once.ts';

/**
 * Opens a venue once and keeps it from event to event, until the exchange has refused its key: a rotated one may stand in
 * its place by then, and the next event opens with that. A container lives for hours, a deleted key does not.
 */
export function keptVenue<Venue>(meter: CallMeter, open: (meter: CallMeter) => Promise<Venue>): () => Promise<Venue> {
  let isRefused = false;
  const watched: CallMeter = {
    record(call) {
      if (call.outcome === 'unauthorised') isRefused = true;
      meter.record(call);
    },
  };
  let kept = once(() => open(watched));
  return () => {
    if (isRefused) kept = once(() => open(watched));
    isRefused = false;
    return kept();
  };
}
