import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { runNight } from './night.ts';
import type { NightOrder, NightReport } from './run-soak.ts';

/** One thread of a soak: runs the nights that it is given, one after the other. */
const tell = (report: NightReport) => parentPort?.postMessage(report);

parentPort?.on('message', (order: NightOrder) => {
  const dir = mkdtempSync(join(tmpdir(), 'soak-'));
  runNight({ ...order, dir, onProgress: (intents) => tell({ kind: 'progress', intents }) })
    .then((result) => tell({ kind: 'done', result }))
    .catch((error: Error) => tell({ kind: 'failed', message: error.stack ?? error.message }))
    .finally(() => rmSync(dir, { recursive: true, force: true }));
});
