import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from '../user-error.ts';

const SQLITE_BUSY = 5;

/**
 * Takes a state folder for this process [REQ-SI1]. The lock is the operating system's (a file lock held through SQLite),
 * so it ends with the process however that ends, kill -9 included. Throws when another instance holds it.
 */
export function lockStateDir(dir: string): { readonly release: () => void } {
  const database = new DatabaseSync(join(dir, 'lock'));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { readonly errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new UserError(
      `single-instance lock: another instance is running on ${dir}; stop it or choose another --state`,
    );
  }
  return { release: () => database.close() };
}
