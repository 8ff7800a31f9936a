import { type Fixed, toText } from '../money/fixed.ts';

/** JSON with sorted keys, money as decimal text and columns as arrays: equal data always gives equal bytes [I8]. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(plain(value));
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return toText(value as Fixed<string>);
  if (typeof value === 'number') return finite(value);
  if (typeof value !== 'object' || value === null) return value;
  // A column needs no walk into its numbers but the check that JSON can carry them.
  if (value instanceof Float64Array) return Array.from(value, finite);
  if (Array.isArray(value)) return value.map(plain);
  const source = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.keys(source)
      .sort()
      .map((key) => [key, plain(source[key])]),
  );
}

/** JSON would write null, and the replay would be of something else. */
function finite(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`JSON cannot carry ${value}`);
  return value;
}
