import { appendFileSync, closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { ExchangeEvent } from './events.ts';

/** What happened together stands in one line, so a crash keeps all of it or nothing. */
export interface Journal {
  append(events: readonly ExchangeEvent[]): void;
  close(): void;
}

export interface OpenedJournal {
  readonly journal: Journal;
  /** What earlier runs wrote, oldest first. */
  readonly history: readonly (readonly ExchangeEvent[])[];
}

const FORMAT = 'simulator-journal-1';
const HEAD = `${JSON.stringify({ format: FORMAT })}\n`;

/** Keeps nothing. */
export const NO_JOURNAL: OpenedJournal = { journal: { append: () => {}, close: () => {} }, history: [] };

/**
 * Opens or creates the journal. A last line without its end is what a killed process leaves: it was never answered, so it
 * is cut off. Any other unreadable line throws.
 */
export function openJournal(path: string): OpenedJournal {
  if (!existsSync(path)) appendFileSync(path, HEAD);
  const text = readFileSync(path, 'utf8');
  // Before anything is cut off: a file named by mistake stays as it is.
  if (!text.startsWith(HEAD) && !HEAD.startsWith(text)) {
    throw new RangeError(`${path}:1: not a journal of this simulator (expected format ${FORMAT}); name another file`);
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const history = readLines(path, whole.slice(HEAD.length));
  const descriptor = openSync(path, 'a');
  ftruncateSync(descriptor, Buffer.byteLength(whole));
  if (whole === '') writeSync(descriptor, HEAD);
  return {
    history,
    journal: {
      // Synchronous and unbuffered: what was answered has been handed to the operating system.
      append: (events) => void writeSync(descriptor, `${JSON.stringify(events)}\n`),
      close: () => closeSync(descriptor),
    },
  };
}

function readLines(path: string, text: string): readonly (readonly ExchangeEvent[])[] {
  const lines = text === '' ? [] : text.trimEnd().split('\n');
  return lines.map((line, i) => {
    try {
      return JSON.parse(line) as readonly ExchangeEvent[];
    } catch {
      throw new RangeError(`${path}:${i + 2}: unreadable journal line; restore the file or delete it to start afresh`);
    }
  });
}
