import path from 'node:path';
import { create } from 'dynalite/db/index.js';

export type StateLock =
  | { readonly kind: 'held'; readonly release: () => Promise<void> }
  /** Another process (or another part of this one) uses the state folder [REQ-SI1]. */
  | { readonly kind: 'locked' };

/**
 * Locks a state folder for the life of this process. The lock is the kernel's, taken on an otherwise empty LevelDB folder:
 * Node has no file locks of its own, and a file with a process id in it survives a kill -9. The table's own LevelDB would
 * not do: a server on a locked folder starts, and throws out of reach of its caller at the first request.
 */
export async function lockState(stateDir: string): Promise<StateLock> {
  const { db } = create({ path: path.join(stateDir, 'lock') });
  try {
    await db.open();
  } catch (error) {
    if (isLocked(error)) return { kind: 'locked' };
    throw error;
  }
  return { kind: 'held', release: () => db.close() };
}

function isLocked(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED';
}
