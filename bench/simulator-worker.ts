import { parentPort, workerData } from 'node:worker_threads';
import { syntheticMarket } from '../simulator/market/synthetic.ts';
import { startSimulator } from '../simulator/server.ts';
import { offsetClock } from './offset-clock.ts';

export interface SimulatorOrder {
  readonly offset: Float64Array;
  readonly seed: number;
  readonly latencyMs: number;
  readonly startMs: number;
}

export interface SimulatorAddress {
  readonly url: string;
  readonly name: string;
  readonly privateKey: string;
}

/** The exchange in a thread of its own, so that its work does not count as the bot's. */
const { offset, seed, latencyMs, startMs } = workerData as SimulatorOrder;
const simulator = await startSimulator({
  market: syntheticMarket({ seed, startMs }),
  clock: offsetClock(offset),
  seed,
  faults: [{ match: {}, effect: { kind: 'latency', ms: latencyMs } }],
});
const key = simulator.keys[0];
if (key !== undefined) parentPort?.postMessage({ url: simulator.url, ...key.apiKey } satisfies SimulatorAddress);
