import { statSync } from 'node:fs';

/**
 * Whether a file or folder is there. Throws where that cannot be told: Node's existsSync calls what this user may not look
 * at missing, and whoever then says so sends an operator to the wrong place.
 */
export function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
