/** A JSON object as it came, and where it stood in the reply, so that every complaint names its field. */
export interface Wire {
  readonly at: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A reply that cannot be read as documented. The message names the field. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

export function wireOf(value: unknown, at: string): Wire {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DecodeError(`${at} is not an object but ${shown(value)}`);
  }
  return { at, fields: value as Record<string, unknown> };
}

export function pathOf({ at }: Wire, name: string): string {
  return `${at}.${name}`;
}

/** The object under a name; null when absent or null. */
export function childOf(wire: Wire, name: string): Wire | null {
  const value = own(wire, name);
  return value === undefined || value === null ? null : wireOf(value, pathOf(wire, name));
}

/** The objects of a list. An absent list is unreadable, never empty: an error must not look like "nothing there". */
export function childrenOf(wire: Wire, name: string): readonly Wire[] {
  const value = own(wire, name);
  if (!Array.isArray(value)) throw new DecodeError(`${pathOf(wire, name)} is not a list but ${shown(value)}`);
  return value.map((item, i) => wireOf(item, `${pathOf(wire, name)}[${i}]`));
}

/** The text of a field; '' when absent, null or empty. A number or a boolean is taken as its text. */
export function textOf(wire: Wire, name: string): string {
  const value = own(wire, name);
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' && isExact(value)) return plainNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (value === undefined || value === null) return '';
  throw new DecodeError(`${pathOf(wire, name)} is no text that can be read but ${shown(value)}`);
}

export function requiredText(wire: Wire, name: string): string {
  const text = textOf(wire, name);
  if (text === '') throw new DecodeError(`${pathOf(wire, name)} is missing`);
  return text;
}

/** A flag that counts as not set when it is absent. Anything else than true and false is neither: what it forbids must not be lost. */
export function flagOf(wire: Wire, name: string): boolean {
  return textOf(wire, name) === '' ? false : requiredFlag(wire, name);
}

/** A flag that must be there. */
export function requiredFlag(wire: Wire, name: string): boolean {
  const text = textOf(wire, name);
  if (text !== 'true' && text !== 'false') throw new DecodeError(`${pathOf(wire, name)} is neither true nor false`);
  return text === 'true';
}

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

/** RFC 3339 text as milliseconds, rounded down; null when absent. */
export function timeMsOf(wire: Wire, name: string): number | null {
  const text = textOf(wire, name);
  if (text === '') return null;
  const ms = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new DecodeError(`${pathOf(wire, name)} is not a time: ${shown(text)}`);
  return ms;
}

export function requiredTimeMs(wire: Wire, name: string): number {
  const ms = timeMsOf(wire, name);
  if (ms === null) throw new DecodeError(`${pathOf(wire, name)} is missing`);
  return ms;
}

/** A value for a message, short. */
export function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const text =
    typeof value === 'object' && value !== null
      ? Array.isArray(value)
        ? 'a list'
        : 'an object'
      : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function own({ fields }: Wire, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** A whole number that a double may have cut off is not the one that was sent. */
function isExact(value: number): boolean {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

/** A JSON number without an exponent: 1e-8 becomes "0.00000001". */
function plainNumber(value: number): string {
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value));
  if (match === null) return String(value);
  const digits = `${match[2]}${match[3] ?? ''}`;
  const exponent = Number(match[4]);
  const whole = exponent < 0 ? '0' : digits.padEnd(exponent + 1, '0');
  const fraction = exponent < 0 ? `.${'0'.repeat(-exponent - 1)}${digits}` : '';
  return `${match[1]}${whole}${fraction}`;
}
