import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it. What Node does for `recursive` never ends below a folder that answers "there is no
 * such folder" to whoever wants to make one in it, as /proc does.
 */
export function makeFolder(dir: string, mode = 0o777): void {
  if (isFolder(dir)) return;
  const above = dirname(dir);
  if (above !== dir) makeFolder(above, mode);
  try {
    mkdirSync(dir, { mode });
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!isFolder(dir)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
