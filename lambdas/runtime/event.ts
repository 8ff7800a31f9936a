import * as z from 'zod';

/** Parses what invoked a function. The error names the function and the field, never the event's contents. */
export function parseEvent<Schema extends z.ZodType>(job: string, schema: Schema, event: unknown): z.output<Schema> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new Error(`${job} refuses its event: ${z.prettifyError(parsed.error)}`);
}
