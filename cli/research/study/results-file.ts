import { appendFileSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isThere } from '../../../shared/adapters/is-there.ts';
import { makeFolder } from '../../../shared/adapters/make-folder.ts';
import { UserError } from '../../user-error.ts';
import { type PointRecord, pointRecordSchema } from './point-record.ts';

/** Finished points of a study, one line each. It is only ever added to, so an end at any moment loses no finished point. */
export interface ResultsFile {
  readonly finished: ReadonlyMap<string, PointRecord>;
  readonly add: (record: PointRecord) => void;
}

export function openResults(file: string): ResultsFile {
  const text = isThere(file) ? readFileSync(file, 'utf8') : '';
  const finished = new Map<string, PointRecord>();
  text.split('\n').forEach((line, i) => {
    const read = recordIn(line);
    if (read === 'foreign') throw new UserError(`${file}:${i + 1}: ${NOT_OURS}`);
    if (read !== 'torn') finished.set(read.key, read);
  });
  // A line that was being written when the run was stopped has no end: what comes next begins on a line of its own.
  let isEnded = text === '' || text.endsWith('\n');
  return {
    finished,
    add(record) {
      makeFolder(dirname(file));
      appendFileSync(file, `${isEnded ? '' : '\n'}${JSON.stringify(record)}\n`);
      isEnded = true;
    },
  };
}

const NOT_OURS = 'this is no result of a study; name another file with --results, or delete it to begin anew';

/** Of every line of ours. */
const BEGINNING = '{"key":';

/** 'torn': it begins as ours do, and was being written when a run was stopped. */
function recordIn(line: string): PointRecord | 'torn' | 'foreign' {
  try {
    return pointRecordSchema.safeParse(JSON.parse(line)).data ?? 'foreign';
  } catch {
    return line.slice(0, BEGINNING.length) === BEGINNING.slice(0, line.length) ? 'torn' : 'foreign';
  }
}
