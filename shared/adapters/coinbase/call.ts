import type { Answer } from '../../ports/answer.ts';
import type { Operation } from '../../ports/telemetry.ts';
import type { Effect } from './retry.ts';

export const BASE_PATH = '/api/v3/brokerage';

export type Query = readonly (readonly [name: string, value: string])[];

/** When the attempt that was answered went out and came back, by the clock for durations. */
export interface Timing {
  readonly sentMs: number;
  readonly receivedMs: number;
}

/** One request to the exchange and how its reply is read. */
export interface Call<Value> {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST';
  /** After /api/v3/brokerage; ids in it are percent-encoded. */
  readonly path: string;
  /** A list is the same name repeated. */
  readonly query?: Query;
  readonly body?: string;
  /** 'public' goes without a token. */
  readonly surface: 'public' | 'private';
  readonly effect: Effect;
  /** Not sent, and not sent again, once the wall clock has reached this. */
  readonly notAfterMs?: number | undefined;
  /** Asked before every repetition; false leaves it at the failure so far. */
  readonly mayResend?: (() => Promise<boolean>) | undefined;
  /** May throw: an unreadable reply becomes a failure that fits the call's effect. */
  decode(reply: unknown, timing: Timing): Answer<Value>;
}

/** Requests that reduce risk or settle a doubt are never held up by the budget. */
const PROTECTIVE: readonly Operation[] = ['create', 'cancel', 'order'];

export function isProtective(operation: Operation): boolean {
  return PROTECTIVE.includes(operation);
}

/** Path and query as they go over the wire. */
export function targetOf({ path, query = [] }: Pick<Call<unknown>, 'path' | 'query'>): string {
  const text = new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString();
  return `${BASE_PATH}${path}${text === '' ? '' : `?${text}`}`;
}
