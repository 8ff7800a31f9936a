import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import type { Run } from './run-gate.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** What one tool compiled of its code the next one need not: the same folder as in vitest.config.ts. */
const COMPILED = join(ROOT, 'node_modules', '.cache', 'compiled');
const KEEPER = join(import.meta.dirname, 'keeper-process.ts');
/** Node 24 reads TypeScript by itself; an older one, where no other could be installed, is helped. */
const TYPES = process.features.typescript ? [] : ['--import', 'tsx'];

/** Runs one tool of this repository, which ends with this process at the latest. */
export const runTool: Run = (command, output) => {
  const path = [join(ROOT, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
  const said = output === 'held' ? 'pipe' : 'inherit';
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...TYPES, KEEPER, ...command], {
      cwd: ROOT,
      env: { ...process.env, PATH: path, NODE_COMPILE_CACHE: COMPILED },
      stdio: ['pipe', said, said],
      // A group of its own: what ends this process, or its group, leaves the keeper to end the tool.
      detached: process.platform !== 'win32',
    });
    const held: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => held.push(chunk));
    }
    child.on('error', (error) => resolve({ exitCode: 1, output: `${error.message}\n` }));
    child.on('close', (code) => resolve({ exitCode: code ?? 1, output: held.join('') }));
  });
};
