import { parentPort } from 'node:worker_threads';
import { UserError } from '../../user-error.ts';
import { storeOf } from '../backtest/read-market.ts';
import type { PointOrder, PointReply } from './messages.ts';
import { runPoint } from './point.ts';

/** A thread of a study: one point after the other, on bars that are read once. */
const TELL_EVERY_MS = 200;

let known: { readonly key: string; readonly store: ReturnType<typeof storeOf> } | null = null;

parentPort?.on('message', (order: PointOrder) => {
  tell(answerTo(order));
});

function answerTo({ inputs, point }: PointOrder): PointReply {
  let toldMs = performance.now();
  try {
    const key = `${inputs.interval} ${inputs.data}`;
    known = known?.key === key ? known : { key, store: storeOf(inputs.data, inputs.interval) };
    const record = runPoint(inputs, point, known.store, (done, slots) => {
      if (performance.now() - toldMs < TELL_EVERY_MS) return;
      toldMs = performance.now();
      tell({ kind: 'bars', done, slots });
    });
    return { kind: 'done', record };
  } catch (error) {
    const { message, stack = null } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'refused', message, stack: error instanceof UserError ? null : stack };
  }
}

function tell(reply: PointReply): void {
  parentPort?.postMessage(reply);
}
