import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Mode } from '../core/portfolio/account.ts';

/** Where the inputs of a cycle are kept, in a bucket or under a folder: cycles/bot1/PAPER/2026-01-31/1769817600000.json.gz */
export function archiveKey(botId: string, mode: Mode, slotMs: number): string {
  return `${archiveDay(botId, mode, slotMs)}${slotMs}.json.gz`;
}

/** The folder of a day's cycles. */
export function archiveDay(botId: string, mode: Mode, dayMs: number): string {
  return `cycles/${botId}/${mode}/${new Date(dayMs).toISOString().slice(0, 10)}/`;
}

/** The slot of an archived cycle by the end of its name; null for any other file. */
export function slotIn(name: string): number | null {
  const [, slot] = /(\d{1,15})\.json\.gz$/.exec(name) ?? [];
  return slot === undefined ? null : Number(slot);
}

/** What was listed on a day is the same for every bot: products/2026-01-31.json.gz */
export function productsKey(takenAtMs: number): string {
  return `products/${new Date(takenAtMs).toISOString().slice(0, 10)}.json.gz`;
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
