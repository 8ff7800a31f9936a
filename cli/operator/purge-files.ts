import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { archiveKey } from '../../shared/adapters/archive-key.ts';
import { isThere } from '../../shared/adapters/is-there.ts';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import { UserError } from '../user-error.ts';

export interface FilePurge {
  readonly dir: string;
  readonly beforeMs: number;
  readonly isDryRun: boolean;
  readonly botId: string;
  readonly mode: Mode;
}

export interface PurgedFiles {
  /** Lines of audit.jsonl and alerts.jsonl. */
  readonly log_lines: number;
  /** Archived inputs of cycles. */
  readonly snapshots: number;
  /** Files of the finished run that was set aside. */
  readonly previous_files: number;
}

/** Deletes logs and archived inputs from before a date out of a state folder that nobody else uses. */
export function purgeFiles(purge: FilePurge): PurgedFiles {
  return {
    log_lines: ['audit.jsonl', 'alerts.jsonl'].reduce((sum, name) => sum + purgeLog(join(purge.dir, name), purge), 0),
    snapshots: purgeArchive(purge),
    previous_files: purgePrevious(purge),
  };
}

/** Whole lines only, through a draft: a crash leaves the old file or the new one. */
function purgeLog(path: string, { beforeMs, isDryRun }: FilePurge): number {
  if (!isThere(path)) return 0;
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const kept = lines.filter((line) => timeOf(line, path) >= beforeMs);
  if (!isDryRun && kept.length < lines.length) {
    writeFileSync(`${path}.new`, kept.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  return lines.length - kept.length;
}

/** A line cut off by a crash tells no time: it goes with the old ones. */
function timeOf(line: string, path: string): number {
  let record: { readonly at?: string; readonly at_ms?: number };
  try {
    record = JSON.parse(line) as typeof record;
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
  const ms = record.at_ms ?? Date.parse(record.at ?? '');
  if (Number.isNaN(ms)) throw new UserError(`${path}: a line without "at" or "at_ms"; nothing of it was deleted`);
  return ms;
}

function purgeArchive({ dir, beforeMs, isDryRun, botId, mode }: FilePurge): number {
  const folder = join(dir, archiveKey(botId, mode, 0), '..', '..');
  if (!isThere(folder)) return 0;
  const old = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
    const [, slot] = /(?:^|[\\/])(\d+)\.json\.gz(?:\.part)?$/.exec(name) ?? [];
    return slot !== undefined && Number(slot) < beforeMs;
  });
  if (!isDryRun) for (const name of old) rmSync(join(folder, name));
  return old.length;
}

function purgePrevious({ dir, beforeMs, isDryRun }: FilePurge): number {
  const folder = join(dir, 'previous');
  if (!isThere(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
  // As a whole or not at all: its parts mean nothing alone.
  if (files.some((path) => statSync(path).mtimeMs >= beforeMs)) return 0;
  if (!isDryRun) rmSync(folder, { recursive: true });
  return files.length;
}
