import type { ExchangeFailure } from '../../shared/ports/answer.ts';
import type { PortCall } from './cut.ts';

export const FAULTS = [
  'crash_before',
  'crash_before_queue_lost',
  'crash_after',
  'crash_after_queue_lost',
  'request_lost',
  'reply_lost',
  'reply_false',
  'read_behind',
  'delivered_twice',
  'twin',
  'twin_after_pause',
  'outlived',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What each fault does at the call it meets. */
export const FAULT_WORDS: Readonly<Record<Fault, string>> = {
  crash_before: 'the process dies before the call; another takes over',
  crash_before_queue_lost: 'and every queued message with it',
  crash_after: 'the call took effect, then the process dies',
  crash_after_queue_lost: 'and every queued message with it',
  request_lost: 'the call never arrives; the caller is told that it failed',
  reply_lost: 'the call took effect; the caller is told that it failed',
  reply_false: 'the call took effect; the exchange answers that it was refused',
  read_behind: 'for half a minute the exchange answers from a server that has not heard of our orders yet',
  delivered_twice: 'another process is given the same tick or message, and finishes it first',
  twin: 'a second bot runs a whole round first',
  twin_after_pause: 'the process stands still past its lease; a second bot runs the next minute first',
  outlived: 'the process stands still for minutes; others settle everything first',
};

/** Longer than an order of unknown fate is waited for. */
const OUTLIVED_MINUTES = 6;

export class Crash extends Error {}
export class Lost extends Error {}

/** What other processes do while the one that was met stands at the call. */
export interface Others {
  repeatTask(): Promise<void>;
  wholeRound(): Promise<void>;
  pause(): void;
}

export function isCrash(fault: Fault): boolean {
  return fault.startsWith('crash');
}

export async function strike(fault: Fault, call: PortCall, others: Others): Promise<unknown> {
  switch (fault) {
    case 'crash_before':
    case 'crash_before_queue_lost':
      throw new Crash();
    case 'crash_after':
    case 'crash_after_queue_lost':
      await call.proceed();
      throw new Crash();
    case 'request_lost':
      return failureOf(call);
    case 'reply_lost':
      await call.proceed();
      return failureOf(call);
    case 'reply_false':
      return falselyRefused(call);
    case 'read_behind':
      return behind(call);
    case 'delivered_twice':
      await others.repeatTask();
      return call.proceed();
    case 'twin':
      await others.wholeRound();
      return call.proceed();
    case 'twin_after_pause':
      others.pause();
      await others.wholeRound();
      return call.proceed();
    case 'outlived':
      for (let minute = 0; minute < OUTLIVED_MINUTES; minute += 1) {
        others.pause();
        await others.wholeRound();
      }
      return call.proceed();
    default:
      return fault satisfies never;
  }
}

/** What a gateway in front of the exchange may say of an order that has passed it. */
async function falselyRefused(call: PortCall): Promise<unknown> {
  const answer = await call.proceed();
  const isWrite = call.port === 'exchange' && (call.method === 'place' || call.method === 'cancel');
  if (!isWrite) return answer;
  return { kind: 'refused', status: 400, reasons: [], message: 'http 400: empty body' } satisfies ExchangeFailure;
}

/** Also for the calls after it. */
export async function behind(call: PortCall): Promise<unknown> {
  if (call.port !== 'exchange') return call.proceed();
  switch (call.method) {
    case 'order':
      return { kind: 'refused', status: 404, reasons: [], message: 'http 404: not found' } satisfies ExchangeFailure;
    case 'openOrders':
    case 'ordersSince':
    case 'fillsSince':
      return { kind: 'ok', value: [] };
    default:
      return call.proceed();
  }
}

/** The words in which each port says that it has no answer: what its contract allows, and nothing else. */
function failureOf({ port, method }: PortCall): unknown {
  const message = `no answer to ${port}.${method}`;
  if (port === 'clock') return undefined;
  if (port === 'killSwitch') return { kind: 'killed', reason: `unreadable: ${message}` };
  if (port === 'marketData') return { kind: 'unavailable', message } satisfies ExchangeFailure;
  if (port !== 'exchange') throw new Lost(message);
  const isWrite = method === 'place' || method === 'cancel';
  return { kind: isWrite ? 'ambiguous' : 'unavailable', message } satisfies ExchangeFailure;
}
