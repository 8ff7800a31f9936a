import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../make-folder.ts';

/** Writes a file whole or not at all: whoever reads it meanwhile, or after a crash, sees the old one or the new one. */
export function writeAtomically(path: string, parts: readonly Uint8Array[]): void {
  makeFolder(dirname(path));
  const draft = `${path}.${process.pid}.tmp`;
  const file = openSync(draft, 'w');
  try {
    for (const part of parts) writeWhole(file, part);
    fsyncSync(file);
    closeSync(file);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function writeWhole(file: number, part: Uint8Array): void {
  for (let written = 0; written < part.length; ) written += writeSync(file, part, written);
}
