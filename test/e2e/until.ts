import { setTimeout as delay } from 'node:timers/promises';

/** Long enough for anything that comes within seconds on an idle machine: a run beside other work must not fail by waiting. */
export const PATIENCE_MS = 60_000;

/** Asks again until there is an answer; undefined when there was none in time. */
export async function until<Value>(
  look: () => Promise<Value | undefined> | Value | undefined,
  timeoutMs = PATIENCE_MS,
  everyMs = 250,
): Promise<Value | undefined> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() >= endMs) return undefined;
    await delay(everyMs);
  }
}
