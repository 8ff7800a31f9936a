import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Mode } from '../core/portfolio/account.ts';

/** Where the inputs of a cycle are kept, in a bucket or under a folder: cycles/bot1/PAPER/2026-01-31/1769817600000.json.gz */
export function archiveKey(botId: string, mode: Mode, slotMs: number): string {
  const day = new Date(slotMs).toISOString().slice(0, 10);
  return `cycles/${botId}/${mode}/${day}/${slotMs}.json.gz`;
}

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** Level 4: a cycle waits for it, and the text is mostly digits. */
export function packed(text: string): Promise<Buffer> {
  return zip(text, { level: 4 });
}

export async function unpacked(bytes: Uint8Array): Promise<string> {
  return (await unzip(bytes)).toString('utf8');
}
