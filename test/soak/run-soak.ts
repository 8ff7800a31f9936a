import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { NightResult } from './night.ts';
import type { Plant } from './planted.ts';
import { inAll, type Shard, shardsOf } from './shards.ts';

export interface NightOrder extends Shard {
  readonly plant: Plant;
}

export type NightReport =
  | { readonly kind: 'progress'; readonly intents: number }
  | { readonly kind: 'done'; readonly result: NightResult }
  | { readonly kind: 'failed'; readonly message: string };

export interface SoakOptions {
  readonly intents: number;
  readonly seed: number;
  readonly plant: Plant;
  readonly onProgress: (intents: number) => void;
}

/** The nights of a run on as many threads as there are processors. A night that throws ends the run. */
export async function runSoak({ intents, seed, plant, onProgress }: SoakOptions): Promise<NightResult> {
  const shards = shardsOf(intents, seed);
  const results: NightResult[] = [];
  const reached = shards.map(() => 0);
  const waiting = shards.map((shard, index) => ({ shard, index }));
  const thread = async () => {
    const worker = new Worker(join(import.meta.dirname, 'night-process.ts'));
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { shard, index } = next;
        worker.postMessage({ ...shard, plant } satisfies NightOrder);
        results[index] = await reportOf(worker, (done) => {
          reached[index] = done;
          onProgress(reached.reduce((sum, count) => sum + count, 0));
        });
      }
    } finally {
      await worker.terminate();
    }
  };
  const threads = Math.min(shards.length, Math.max(1, availableParallelism()));
  await Promise.all(Array.from({ length: threads }, thread));
  return inAll(results);
}

/** What one order to a thread comes to. */
function reportOf(worker: Worker, onProgress: (intents: number) => void): Promise<NightResult> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners();
    worker.on('error', reject);
    worker.on('message', (report: NightReport) => {
      if (report.kind === 'progress') onProgress(report.intents);
      else if (report.kind === 'done') resolve(report.result);
      else reject(new Error(report.message));
    });
  });
}
