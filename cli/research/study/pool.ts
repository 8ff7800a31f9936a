import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { UserError } from '../../user-error.ts';
import type { PointOrder, PointReply } from './messages.ts';
import type { Point, StudyInputs } from './point.ts';
import type { PointRecord } from './point-record.ts';

export interface PoolEvents {
  /** One of the points has come so far. */
  readonly onBars: (at: number, done: number, slots: number) => void;
  readonly onDone: (at: number, record: Omit<PointRecord, 'key'>) => void;
}

/** Runs every point on so many threads. The first one that cannot be run ends all; what was done by then has been told. */
export async function runOnThreads(
  inputs: StudyInputs,
  points: readonly Point[],
  threads: number,
  events: PoolEvents,
  signal: AbortSignal,
): Promise<void> {
  const waiting = points.map((_, at) => at);
  const thread = async () => {
    const worker = new Worker(join(import.meta.dirname, 'point-worker.ts'));
    try {
      for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
        const order: PointOrder = { inputs, point: points[at] as Point };
        events.onDone(
          at,
          await answered(worker, order, signal, (done, slots) => events.onBars(at as number, done, slots)),
        );
      }
    } catch (error) {
      waiting.length = 0;
      throw error;
    } finally {
      await worker.terminate();
    }
  };
  const count = Math.min(points.length, Math.max(1, threads));
  const results = await Promise.allSettled(Array.from({ length: count }, thread));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function answered(
  worker: Worker,
  order: PointOrder,
  signal: AbortSignal,
  onBars: (done: number, slots: number) => void,
): Promise<Omit<PointRecord, 'key'>> {
  return new Promise((resolve, reject) => {
    const end = () => {
      worker.off('message', onMessage).off('error', onGone).off('exit', onGone);
      signal.removeEventListener('abort', onAbort);
    };
    const onAbort = () => {
      end();
      reject(signal.reason);
    };
    const onGone = (error: unknown) => {
      end();
      reject(error instanceof Error ? error : new Error(`a thread ended by itself (${String(error)})`));
    };
    const onMessage = (reply: PointReply) => {
      if (reply.kind === 'bars') return onBars(reply.done, reply.slots);
      end();
      if (reply.kind === 'done') resolve(reply.record);
      else reject(refusalOf(reply, order.point));
    };
    worker.on('message', onMessage).on('error', onGone).on('exit', onGone);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort);
    worker.postMessage(order);
  });
}

function refusalOf({ message, stack }: Extract<PointReply, { kind: 'refused' }>, { changes }: Point): Error {
  const where = changes.length === 0 ? '' : ` (at ${changes.join(', ')})`;
  if (stack === null) return new UserError(`${message}${where}`);
  const error = new Error(`${message}${where}`);
  error.stack = stack;
  return error;
}
