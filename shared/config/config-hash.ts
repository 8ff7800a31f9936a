import { createHash } from 'node:crypto';
import type { Plain } from './config-node.ts';

/** Names a config by its values: the same under any order of keys, comments and formatting. */
export function configHash(config: Plain): string {
  return createHash('sha256').update(canonical(config)).digest('hex').slice(0, 16);
}

function canonical(value: Plain): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`;
}
