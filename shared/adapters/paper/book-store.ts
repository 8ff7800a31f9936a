import * as z from 'zod';
import type { Usd } from '../../core/money/fixed.ts';
import type { FactStore } from '../../ports/stores.ts';
import { emptyBook, type PaperBook, paperBookSchema, pruned } from './paper-book.ts';

const FACT = 'paper-book';
const MAX_ATTEMPTS = 8;

export interface Change<Value> {
  /** The same object as was given when nothing changed: then nothing is written. */
  readonly book: PaperBook;
  readonly value: Value;
}

export interface BookStore {
  /** Runs a pure edit on the newest book until its save meets no other writer; undefined after too many tries. */
  change<Value>(
    nowMs: number,
    edit: (book: PaperBook) => Change<Value>,
  ): Promise<{ readonly value: Value } | undefined>;
}

export function bookStore(facts: FactStore, startingCash: Usd): BookStore {
  const load = async () => {
    const stored = await facts.load(FACT);
    const book = stored === undefined ? emptyBook(startingCash) : paperBookSchema.parse(stored.value);
    return { book, version: stored?.version ?? 0 };
  };
  const save = (book: PaperBook, version: number) => facts.save(FACT, z.encode(paperBookSchema, book), version);

  return {
    async change(nowMs, edit) {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const before = await load();
        const { book, value } = edit(before.book);
        if (book === before.book) return { value };
        if ((await save(pruned(book, nowMs), before.version)) === 'saved') return { value };
      }
      return undefined;
    },
  };
}
