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

/** Keeps nothing. */
export const NO_JOURNAL: OpenedJournal = { journal: { append: () => {}, close: () => {} }, history: [] };

/**
 * Opens or creates the journal. A last line without its end is what a killed process leaves: it was never answered, so it
 * is cut off. Any other unreadable line throws.
 */
export function openJournal(path: string): OpenedJournal {
  if (!existsSync(path)) appendFileSync(path, `${JSON.stringify({ format: FORMAT })}\n`);
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const descriptor = openSync(path, 'a');
  ftruncateSync(descriptor, Buffer.byteLength(whole));
  if (whole === '') writeSync(descriptor, `${JSON.stringify({ format: FORMAT })}\n`);
  const history = whole === '' ? [] : readLines(path, whole);
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
  const [head, ...lines] = text.trimEnd().split('\n');
  if (head !== JSON.stringify({ format: FORMAT })) {
    throw new Error(`${path}:1: not a journal of this simulator (expected format ${FORMAT})`);
  }
  return lines.map((line, i) => {
    try {
      return JSON.parse(line) as readonly ExchangeEvent[];
    } catch {
      throw new Error(`${path}:${i + 2}: unreadable journal line; restore the file or delete it to start afresh`);
    }
  });
}
