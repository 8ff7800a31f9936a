import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface TempDir {
  readonly path: string;
  readonly remove: () => void;
}

export function tempDir(): TempDir {
  const dir = mkdtempSync(path.join(os.tmpdir(), '247trader-'));
  return { path: dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
