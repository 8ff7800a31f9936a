import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isThere } from '../../shared/adapters/is-there.ts';
import { UserError } from '../user-error.ts';

/** Where local runs keep their state unless another folder is named. */
export const STATE_ROOT = '.state';

/** The state folder that a command means: the one that is named, else the only one there is. */
export function stateDir(named: string | undefined): string {
  if (named !== undefined) return resolve(named);
  const folders = isThere(STATE_ROOT) ? readdirSync(STATE_ROOT).map((name) => join(STATE_ROOT, name)) : [];
  const runs = folders.filter((dir) => isThere(join(dir, 'run.json')));
  const [only, ...others] = runs;
  if (only === undefined) throw new UserError(noState(STATE_ROOT));
  if (others.length > 0) throw new UserError(`choose one with --state: ${runs.join(', ')}`);
  return resolve(only);
}

/** Nothing to look at there. */
export function noState(dir: string): string {
  return `no run has kept its state in ${dir}: start one with "trader local", or name its folder with --state, or a deployed stage with --stage where the command takes one`;
}
