import { setTimeout as delay } from 'node:timers/promises';

/** Asks again until there is an answer; undefined when there was none in time. */
export async function until<Value>(
  look: () => Promise<Value | undefined> | Value | undefined,
  timeoutMs: number,
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
