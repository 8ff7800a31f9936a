import { join } from 'node:path';
import { INTERVAL_MS } from '../../../shared/core/market/interval.ts';
import { type Progress, progressBar } from '../../render/progress.ts';
import { UserError } from '../../user-error.ts';
import { sha256 } from '../backtest/hashes.ts';
import type { Point, StudyInputs } from './point.ts';
import { pointKeys } from './point-key.ts';
import type { PointRecord } from './point-record.ts';
import { runOnThreads } from './pool.ts';
import { openResults, type ResultsFile } from './results-file.ts';

export interface Study {
  readonly command: string;
  readonly inputs: StudyInputs;
  readonly points: readonly Point[];
  readonly threads: number;
  /** undefined: below .state/research, named after what is asked. */
  readonly results: string | undefined;
}

/**
 * Every point of a study, in their order: those that a results file has already, and the others run on all threads and
 * added to it one by one. Who ran what when changes no figure.
 */
export async function runStudy(study: Study): Promise<readonly PointRecord[]> {
  const { inputs, points } = study;
  const keys = pointKeys(inputs, points);
  const file =
    study.results ?? join('.state', 'research', `${study.command}-${sha256(keys.join()).slice(0, 12)}.jsonl`);
  const results = openResults(file);
  const found = new Map(results.finished);
  const open = [...new Set(keys)].filter((key) => !found.has(key));
  if (open.length > 0) await runOpen(study, open, keys, { file, results, found });
  return keys.map((key) => found.get(key) as PointRecord);
}

interface Books {
  readonly file: string;
  readonly results: ResultsFile;
  readonly found: Map<string, PointRecord>;
}

async function runOpen(
  { inputs, points, threads }: Study,
  open: readonly string[],
  keys: readonly string[],
  { file, results, found }: Books,
): Promise<void> {
  const wanted = open.map((key) => points[keys.indexOf(key)] as Point);
  const barsOf = ({ fromMs, toMs }: Point) => Math.ceil((toMs - fromMs) / INTERVAL_MS[inputs.interval]) + 1;
  const done = wanted.map(() => 0);
  const finished = () =>
    new Set(keys).size - open.length + done.filter((bars, i) => bars >= barsOf(wanted[i] as Point)).length;
  const progress = progressBar({ total: wanted.reduce((sum, point) => sum + barsOf(point), 0), unit: 'bars' });
  const show = () => {
    progress.at(
      done.reduce((sum, bars) => sum + bars, 0),
      `${finished()} of ${new Set(keys).size} points`,
    );
  };
  await untilStopped(
    progress,
    () => `${finished()} of ${new Set(keys).size} points are kept in ${file}`,
    (signal) =>
      runOnThreads(
        inputs,
        wanted,
        threads,
        {
          onBars: (at, bars) => {
            done[at] = Math.min(bars, barsOf(wanted[at] as Point) - 1);
            show();
          },
          onDone: (at, result) => {
            const record: PointRecord = { key: open[at] as string, ...result };
            results.add(record);
            found.set(record.key, record);
            done[at] = barsOf(wanted[at] as Point);
            show();
          },
        },
        signal,
      ),
  );
}

/** Ctrl-C ends the threads and becomes the error that says where the finished points are. */
async function untilStopped(
  progress: Progress,
  kept: () => string,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const onStop = () => stop.abort(new UserError(`stopped: ${kept()}; the same command goes on from there`));
  process.once('SIGINT', onStop);
  try {
    await work(stop.signal);
  } finally {
    process.removeListener('SIGINT', onStop);
    progress.end();
  }
}
