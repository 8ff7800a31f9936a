import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../../shared/adapters/make-folder.ts';
import { explained } from '../../remedy.ts';
import { UserError } from '../../user-error.ts';

/** Before a long run: makes the folder of a file that will be written, and says at once when that cannot be. */
export function prepareFor(file: string): void {
  try {
    makeFolder(dirname(file));
    accessSync(dirname(file), constants.W_OK);
    const known = statSync(file, { throwIfNoEntry: false });
    if (known?.isDirectory()) throw new Error('it is a folder');
    // Moved into its place, a report would take the place of /dev/null for every program of the machine.
    if (known?.isFile() === false) throw new Error('it is a device or a pipe; --json prints the report');
  } catch (error) {
    throw new UserError(`${file} cannot be written: ${explained(error) ?? (error as Error).message}`);
  }
}

/**
 * The file is there whole or not at all: it is written beside its place and then moved. Ctrl-C waits until then, so that
 * nothing lies beside it either.
 */
export function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  process.on('SIGINT', waits);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new UserError(`${file} cannot be written: ${explained(error) ?? (error as Error).message}`);
  } finally {
    process.off('SIGINT', waits);
  }
}

/** What it interrupts is over a moment later anyway. */
function waits(): void {
  process.exitCode = 130;
}
