import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../user-error.ts';
import { lockStateDir } from './owner-lock.ts';

/** What a state folder belongs to: money and market of one kind never continue as another [I10]. */
const identitySchema = z.strictObject({
  mode: z.string(),
  exchange: z.string(),
  source: z.string(),
  seed: z.int(),
  data: z.string().nullable(),
  interval: z.string(),
  from: z.string().nullable(),
});
const runFileSchema = z.strictObject({ identity: identitySchema, is_finished: z.boolean() });

export type RunIdentity = Readonly<z.output<typeof identitySchema>>;

export interface StateDir {
  readonly dir: string;
  /** A run was here before and goes on. */
  readonly isResumed: boolean;
  path(name: string): string;
  /** The run reached its own end (--cycles, --to, the end of the candles). */
  markFinished(): void;
  /** Lets others in. */
  close(): void;
}

const RUN_FILE = 'run.json';

/**
 * Opens a state folder for one process. With `startsOver`, a run that had reached its end is set aside and a new one
 * begins; an interrupted one always goes on.
 */
export function openStateDir(dir: string, identity: RunIdentity, startsOver: boolean): StateDir {
  mkdirSync(dir, { recursive: true });
  const lock = lockStateDir(dir);
  try {
    const known = readRunFile(dir);
    if (known !== undefined) requireSame(dir, known.identity, identity);
    if (known?.is_finished === true && startsOver) setAside(dir);
    const isResumed = existsSync(join(dir, RUN_FILE));
    const write = (isFinished: boolean) => writeRunFile(dir, { identity, is_finished: isFinished });
    write(false);
    return {
      dir,
      isResumed,
      path: (name) => join(dir, name),
      markFinished: () => write(true),
      close: lock.release,
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function requireSame(dir: string, known: RunIdentity, wanted: RunIdentity): void {
  const different = (Object.keys(wanted) as (keyof RunIdentity)[]).filter((key) => known[key] !== wanted[key]);
  if (different.length === 0) return;
  const words = different.map((key) => `${key} ${shown(known[key])}, not ${shown(wanted[key])}`);
  throw new UserError(`the state folder ${dir} belongs to ${words.join('; ')}: choose another --state [I10]`);
}

/** Everything but the lock moves to `previous/`, which holds one earlier run. */
function setAside(dir: string): void {
  const previous = join(dir, 'previous');
  rmSync(previous, { recursive: true, force: true });
  mkdirSync(previous);
  for (const name of [RUN_FILE, ...KEPT_PARTS]) {
    if (existsSync(join(dir, name))) renameSync(join(dir, name), join(previous, name));
  }
}

/** Names of everything a run keeps in its folder, the files of `path(...)`. */
export const KEPT_PARTS = ['table', 'simulator', 'archive', 'alerts.jsonl', 'audit.jsonl', 'kill-switch'] as const;

function readRunFile(dir: string) {
  const path = join(dir, RUN_FILE);
  if (!existsSync(path)) return undefined;
  try {
    return runFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new UserError(`${path} is not a run file of this version: choose another --state`);
  }
}

function writeRunFile(dir: string, content: z.output<typeof runFileSchema>): void {
  // Written beside and renamed: a crash leaves the old one or the new one.
  const path = join(dir, RUN_FILE);
  writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

function shown(value: string | number | null): string {
  return value === null ? '(none)' : String(value);
}
