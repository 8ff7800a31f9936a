/** One place at which two values differ. undefined: it is not there at all. */
export interface Difference {
  /** "orders.0.quantity"; "" for the value as a whole. */
  readonly path: string;
  readonly recorded: unknown;
  readonly replayed: unknown;
}

/** Every place at which two pieces of plain JSON differ, in the order of their keys; empty when they are equal. */
export function differencesOf(recorded: unknown, replayed: unknown, path = ''): readonly Difference[] {
  if (Object.is(recorded, replayed)) return [];
  if (!isContainer(recorded) || !isContainer(replayed) || Array.isArray(recorded) !== Array.isArray(replayed)) {
    return [{ path, recorded, replayed }];
  }
  const keys = new Set([...Object.keys(recorded), ...Object.keys(replayed)]);
  return [...keys].flatMap((key) => differencesOf(recorded[key], replayed[key], path === '' ? key : `${path}.${key}`));
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
