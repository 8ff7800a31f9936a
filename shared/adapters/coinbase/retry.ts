import type { RetrySettings } from './settings.ts';

/** What a request may do at the exchange. It decides what a missing answer means and what may be tried again. */
export type Effect = 'read' | 'create' | 'edit' | 'cancel';

/** Why an attempt did not succeed, as far as trying again is concerned. */
export type Cause =
  | 'rate_limited'
  | 'unauthorised'
  /** Provably nothing left this machine. */
  | 'not_sent'
  /** 5xx, timeout, reset, unreadable reply: it may have been executed. */
  | 'doubtful'
  /** An answer. Asking again would not change it. */
  | 'final';

/** What is tried again. A missing cell is never repeated: creating an order is not, once its outcome is in doubt. */
const REPEATED: Readonly<Record<Effect, readonly Cause[]>> = {
  read: ['rate_limited', 'unauthorised', 'not_sent', 'doubtful'],
  cancel: ['rate_limited', 'unauthorised', 'not_sent', 'doubtful'],
  create: ['rate_limited', 'unauthorised', 'not_sent'],
  edit: ['rate_limited', 'unauthorised'],
};

/** A 401 is answered by the next try with a fresh token, but a bad key stays bad. */
const MAX_UNAUTHORISED_RETRIES = 2;

export interface Tally {
  /** Attempts made so far. */
  readonly attempts: number;
  /** How many of them ended in a 401. */
  readonly unauthorised: number;
}

export function mayRepeat(effect: Effect, cause: Cause, tally: Tally, retry: RetrySettings): boolean {
  if (!REPEATED[effect].includes(cause)) return false;
  if (cause === 'unauthorised' && tally.unauthorised > MAX_UNAUTHORISED_RETRIES) return false;
  return tally.attempts < retry.maxAttempts;
}

/**
 * The pause after the given attempt (1 is the first): full jitter over an exponential ceiling. Where the server asked for
 * a longer pause (Retry-After) it gets it, up to the cap.
 */
export function pauseMs(
  attempt: number,
  random: () => number,
  retryAfterMs: number | null,
  { baseMs, capMs }: RetrySettings,
): number {
  const jittered = random() * Math.min(capMs, baseMs * 2 ** (attempt - 1));
  return Math.max(jittered, Math.min(retryAfterMs ?? 0, capMs));
}

/** Reads a Retry-After header: seconds or a date. null when absent or unreadable. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text)) return Number(text) * 1_000;
  const atMs = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}
