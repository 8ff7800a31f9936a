import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';

/** Appends one JSON line; synchronous, so that a record is in the file before the step it tells of goes on. */
export function appendLine(file: string, record: unknown): void {
  appendFileSync(file, `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

export function fileIn(stateDir: string, name: string): string {
  makeFolder(stateDir, 0o700);
  return path.join(stateDir, name);
}
