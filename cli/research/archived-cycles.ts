import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isThere } from '../../shared/adapters/is-there.ts';
import { isOfOtherCode } from '../../shared/app/same-again.ts';
import { codeVersion } from '../../shared/config/code-version.ts';
import { type ArchivedCycle, decodeCycle } from '../../shared/core/cycle/decode.ts';
import { UserError } from '../user-error.ts';

export interface CycleFile {
  readonly slotMs: number;
  readonly path: string;
}

const PROJECT_DIR = join(import.meta.dirname, '..', '..');
const FILE_NAME = /^(\d{1,15})\.json(?:\.gz)?$/;

/**
 * Every archived cycle below a folder, oldest first: a state folder, its cycles/, a copy of the bucket, or a single day.
 * Throws a UserError when there is none, or when they belong to more than one bot and mode.
 */
export function cyclesIn(dir: string): readonly CycleFile[] {
  if (!isThere(dir)) throw new UserError(`${dir}: there is no such folder`);
  // What an earlier run left there is another run.
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => !/^previous[\\/]/.test(name));
  const found = names.flatMap((name) => {
    const match = FILE_NAME.exec(name.replaceAll('\\', '/').split('/').at(-1) ?? '');
    return match === null ? [] : [{ slotMs: Number(match[1]), path: join(dir, name) }];
  });
  const sorted = found.toSorted((a, b) => a.slotMs - b.slotMs);
  const twice = sorted.find(({ slotMs }, i) => sorted[i - 1]?.slotMs === slotMs);
  if (twice !== undefined) {
    throw new UserError(`${dir}: slot ${slotText(twice.slotMs)} is there twice: name the folder of one bot and mode`);
  }
  if (sorted.length === 0) throw new UserError(`${dir}: no archived cycle here (files named <slot>.json.gz)`);
  return sorted;
}

/** By its slot ("2025-01-06T00:01Z" or milliseconds), 'latest', or the path of its file. */
export function cycleNamed(text: string, dir: string | undefined): CycleFile {
  if (isThere(text)) return { slotMs: Number(FILE_NAME.exec(text.split(/[\\/]/).at(-1) ?? '')?.[1] ?? 0), path: text };
  if (dir === undefined)
    throw new UserError(`there is no file ${text}; to name a cycle by its slot give --archive or --state`);
  const cycles = cyclesIn(dir);
  const slotMs = slotIn(text);
  const found = text === 'latest' ? cycles.at(-1) : cycles.find((cycle) => cycle.slotMs === slotMs);
  if (found !== undefined) return found;
  const [first, last] = [cycles[0], cycles.at(-1)].map((cycle) => slotText(cycle?.slotMs ?? 0));
  throw new UserError(`${dir}: no cycle of slot ${text}; there are ${cycles.length} from ${first} to ${last}`);
}

/** Throws a UserError that names the file. */
export function readCycleFile(path: string): ArchivedCycle {
  let text = '';
  try {
    const bytes = readFileSync(path);
    const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    text = (isZipped ? gunzipSync(bytes) : bytes).toString('utf8');
    return decodeCycle(text);
  } catch (error) {
    throw new UserError(`${path}: ${(error as Error).message}${writerNote(text)}`);
  }
}

/** Fields come and go with the code: what an older one archived may only be readable by it. */
function writerNote(text: string): string {
  const own = codeVersion(PROJECT_DIR);
  if (!isOfOtherCode(text, own)) return '';
  const { code_version: writer } = JSON.parse(text) as { readonly code_version: string };
  return (
    `\nanother version of the code decided it (${writer}, this is ${own}): look at it with that version (check out the ` +
    'commit that ran then, npm ci), or name only later days with --archive, such as .../cycles/BOT/MODE/2025-01-07'
  );
}

/** "2025-01-06T00:01:00Z". */
export function slotText(slotMs: number): string {
  return `${new Date(slotMs).toISOString().slice(0, 19)}Z`;
}

function slotIn(text: string): number {
  if (/^\d{12,15}$/.test(text)) return Number(text);
  return Date.parse(/[zZ]$|[+-]\d{2}:\d{2}$/.test(text) ? text : `${text}Z`);
}
