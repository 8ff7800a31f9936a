import { type Answer, ok } from '../../../ports/answer.ts';
import type { ExchangeTime } from '../../../ports/market-data.ts';
import type { CoinbaseClient } from '../client.ts';
import { DecodeError, textOf, type Wire, wireOf } from '../wire.ts';

/** One reading of the exchange's clock. */
interface Sample extends ExchangeTime {
  /** When the reply came, by the clock for durations. */
  readonly receivedMs: number;
}

/** A reading at least this sharp needs no second one. */
const SHARP_ENOUGH_MS = 50;

/**
 * The exchange's time now. Of up to `maxSamples` readings the one with the shortest round trip counts: the first request
 * on a connection pays for its setting up and blurs the reading.
 */
export async function exchangeTime(client: CoinbaseClient, maxSamples: number): Promise<Answer<ExchangeTime>> {
  let best = await readClock(client);
  for (let samples = 1; samples < maxSamples && isBlurred(best); samples += 1) {
    best = sharper(best, await readClock(client));
  }
  if (best.kind !== 'ok') return best;
  const sinceMs = client.clock.monotonicMs() - best.value.receivedMs;
  return ok({ epochMs: best.value.epochMs + sinceMs, errorBoundMs: best.value.errorBoundMs });
}

/** A failure has had its retries; only a reading can be improved upon. */
function isBlurred(reading: Answer<Sample>): boolean {
  return reading.kind === 'ok' && reading.value.errorBoundMs > SHARP_ENOUGH_MS;
}

function sharper(best: Answer<Sample>, next: Answer<Sample>): Answer<Sample> {
  if (best.kind !== 'ok' || next.kind !== 'ok') return best;
  return next.value.errorBoundMs < best.value.errorBoundMs ? next : best;
}

function readClock(client: CoinbaseClient): Promise<Answer<Sample>> {
  return client.send({
    operation: 'time',
    method: 'GET',
    path: '/time',
    surface: 'public',
    effect: 'read',
    decode(reply, { sentMs, receivedMs }) {
      const { ms, resolutionMs } = serverTime(wireOf(reply, 'reply'));
      const halfTripMs = (receivedMs - sentMs) / 2;
      return ok({ epochMs: ms + halfTripMs, errorBoundMs: halfTripMs + resolutionMs, receivedMs });
    },
  });
}

/** Strings on the wire although the vendor's types say numbers. The server cuts off what is finer. */
function serverTime(reply: Wire): { readonly ms: number; readonly resolutionMs: number } {
  const millis = textOf(reply, 'epochMillis');
  if (/^\d{13}$/.test(millis)) return { ms: Number(millis), resolutionMs: 1 };
  const seconds = textOf(reply, 'epochSeconds');
  if (/^\d{10}$/.test(seconds)) return { ms: Number(seconds) * 1_000, resolutionMs: 1_000 };
  throw new DecodeError('reply.epochMillis is not a time in milliseconds');
}
