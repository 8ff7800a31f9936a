import * as z from 'zod';
import { type AlertBook, alertBookSchema, EMPTY_BOOK } from './alert-book.ts';

/** The name of the fact that is the book. */
export const ALERTS_FACT = 'alerts';

/** The book as it was kept. Throws when it is not what the schema says. */
export function storedBook(stored: { readonly version: number; readonly value: unknown } | undefined): {
  readonly book: AlertBook;
  readonly version: number;
} {
  if (stored === undefined) return { book: EMPTY_BOOK, version: 0 };
  const parsed = alertBookSchema.safeParse(stored.value);
  if (!parsed.success) throw new TypeError(`the alert book is not readable: ${z.prettifyError(parsed.error)}`);
  return { book: parsed.data, version: stored.version };
}
