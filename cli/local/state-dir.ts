import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isThere } from '../../shared/adapters/is-there.ts';
import { lockState } from '../../shared/adapters/local/state-lock.ts';
import { makeFolder } from '../../shared/adapters/make-folder.ts';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import { UserError } from '../user-error.ts';

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
export const runFileSchema = z.strictObject({
  identity: identitySchema,
  is_finished: z.boolean(),
  /** Whose configuration it ran under last: what an operator asks of the folder is judged by the same. */
  stage: z.enum(STAGES).default('local'),
});

export type RunIdentity = Readonly<z.output<typeof identitySchema>>;

export interface StateDir {
  readonly dir: string;
  /** A run was here before and goes on. */
  readonly isResumed: boolean;
  /** The run reached its own end (--cycles, --to, the end of the candles). */
  markFinished(): void;
}

export const RUN_FILE = 'run.json';
const PREVIOUS = 'previous';
const RUN_FILE_BESIDE = `${RUN_FILE}.new`;
/** The lock is held right now; a kill switch somebody pulled must not arm itself again [I4]. */
const STAYS: ReadonlySet<string> = new Set(['lock', 'kill-switch']);
/** What may be there without a run: its first file was not written to its end, or setting one aside was. */
const BEFORE_A_RUN: ReadonlySet<string> = new Set([...STAYS, PREVIOUS, RUN_FILE_BESIDE]);

/**
 * Makes a state folder ready for one run. With `startsOver`, a run that had reached its end is set aside and a new one
 * begins; an interrupted one always goes on. Done under the folder's lock, which the embedded table then takes for good.
 */
export async function prepareStateDir(
  dir: string,
  identity: RunIdentity,
  startsOver: boolean,
  stage: Stage = 'local',
): Promise<StateDir> {
  makeFolder(dir, 0o700);
  // Before the lock, which leaves a trace.
  requireOurs(dir);
  const lock = await lockState(dir);
  if (lock.kind === 'locked') throw lockedOut(dir);
  try {
    const known = readRunFile(dir);
    if (known !== undefined) requireSame(dir, known.identity, identity);
    if (known?.is_finished === true && startsOver) setAside(dir);
    const isResumed = isThere(join(dir, RUN_FILE));
    writeRunFile(dir, { identity, is_finished: false, stage });
    return { dir, isResumed, markFinished: () => writeRunFile(dir, { identity, is_finished: true, stage }) };
  } finally {
    await lock.release();
  }
}

/** What a state folder belongs to, for those who only look into it; undefined: no run has been here. */
export function identityIn(dir: string): RunIdentity | undefined {
  return readRunFile(dir)?.identity;
}

/** Whose configuration the folder's run was under. */
export function stageIn(dir: string): Stage {
  return readRunFile(dir)?.stage ?? 'local';
}

/** [REQ-SI1] */
export function lockedOut(dir: string): UserError {
  return new UserError(
    `single-instance lock: another instance is running on ${dir}; stop it or choose another --state`,
  );
}

/** Setting a run aside moves all that is in its folder, and the run after that deletes it: nobody else's files may be among it. */
function requireOurs(dir: string): void {
  const names = readdirSync(dir);
  const others = names.filter((name) => !BEFORE_A_RUN.has(name));
  if (others.length === 0 || names.includes(RUN_FILE)) return;
  const shownFiles = others.toSorted().slice(0, 3).join(', ');
  throw new UserError(
    `${dir} holds ${others.length > 3 ? `${shownFiles} and more` : shownFiles}, and no run was here (no ${RUN_FILE}): choose an empty or a new folder for --state`,
  );
}

function requireSame(dir: string, known: RunIdentity, wanted: RunIdentity): void {
  const different = (Object.keys(wanted) as (keyof RunIdentity)[]).filter((key) => known[key] !== wanted[key]);
  if (different.length === 0) return;
  const words = different.map((key) => `${key} ${shown(known[key])}, not ${shown(wanted[key])}`);
  throw new UserError(`the state folder ${dir} belongs to ${words.join('; ')}: choose another --state [I10]`);
}

/** Everything of the finished run but its kill switch moves to `previous/`, which holds one earlier run. */
function setAside(dir: string): void {
  rmSync(join(dir, PREVIOUS), { recursive: true, force: true });
  const names = readdirSync(dir).filter((name) => !STAYS.has(name));
  mkdirSync(join(dir, PREVIOUS));
  // The run file goes last: interrupted here, the next start finds a finished run again and sets aside the rest.
  for (const name of [...names.filter((entry) => entry !== RUN_FILE), RUN_FILE]) {
    renameSync(join(dir, name), join(dir, PREVIOUS, name));
  }
}

function readRunFile(dir: string) {
  const path = join(dir, RUN_FILE);
  if (!isThere(path)) return undefined;
  const text = readFileSync(path, 'utf8');
  try {
    return runFileSchema.parse(JSON.parse(text));
  } catch {
    throw new UserError(`${path} is not a run file of this version: choose another --state`);
  }
}

function writeRunFile(dir: string, content: z.output<typeof runFileSchema>): void {
  // Written beside and renamed: a crash leaves the old one or the new one.
  const path = join(dir, RUN_FILE);
  const beside = join(dir, RUN_FILE_BESIDE);
  writeFileSync(beside, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(beside, path);
}

function shown(value: string | number | null): string {
  return value === null ? '(none)' : String(value);
}
