import type { Fields } from './json-command.ts';

/** An item as DynamoDB writes it. This project's items hold texts, numbers and flags; everything else is refused. */
export function toAttributes(item: Fields): Fields {
  const known = Object.entries(item).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, toAttribute(name, value)]));
}

export function fromAttributes(attributes: Fields): Fields {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, fromAttribute(name, value)]));
}

function toAttribute(name: string, value: unknown): Fields {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  // A larger one would come back as another number.
  if (typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) {
    return { N: String(value) };
  }
  throw new TypeError(`attribute ${name}: a ${typeof value} cannot be stored`);
}

function fromAttribute(name: string, value: unknown): unknown {
  const [[type, held] = ['nothing', undefined]] = Object.entries(value ?? {});
  if (type === 'S' || type === 'BOOL') return held;
  if (type === 'NULL') return null;
  if (type === 'N' && Number.isFinite(Number(held))) return Number(held);
  throw new TypeError(`attribute ${name}: the type ${type} is not one of this table`);
}
