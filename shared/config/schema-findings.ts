import type * as z from 'zod';
import type { ConfigPath, Plain } from './config-node.ts';
import type { Finding } from './fault.ts';
import { nearest } from './nearest.ts';
import { allowed, knownKeys, schemaAt } from './schema-walk.ts';

export type Parsed<Output> =
  | { readonly kind: 'ok'; readonly value: Output }
  | { readonly kind: 'invalid'; readonly findings: readonly Finding[] };

/** Parses a value and says in words what does not fit. `root` is where the value stands in the whole config. */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  value: Plain | undefined,
  root: ConfigPath,
): Parsed<z.output<Schema>> {
  const result = schema.safeParse(value);
  if (result.success) return { kind: 'ok', value: result.data };
  const findings = result.error.issues.flatMap((issue) => findingsOf(schema, value, issue));
  return { kind: 'invalid', findings: findings.map((finding) => ({ ...finding, path: [...root, ...finding.path] })) };
}

function findingsOf(schema: z.ZodType, value: Plain | undefined, issue: z.core.$ZodIssue): readonly Finding[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], knownKeys(schemaAt(schema, path))));
  }
  const expected = allowed(schemaAt(schema, path));
  const found = valueAt(value, path);
  if (found === undefined) return [{ path, problem: 'is missing', remedy: `add it: ${expected}` }];
  if (issue.code === 'invalid_type') return [{ path, problem: wrongKind(found), remedy: `use ${expected}` }];
  if (issue.code === 'custom') return [{ path, problem: issue.message, remedy: `use ${expected}` }];
  if (issue.code === 'invalid_value')
    return [{ path, problem: 'is not allowed', remedy: withGuess(found, issue, expected) }];
  if (issue.code === 'too_small') return [{ path, problem: 'is too small', remedy: `use ${expected}` }];
  if (issue.code === 'too_big') return [{ path, problem: 'is too big', remedy: `use ${expected}` }];
  return [{ path, problem: 'does not have the right form', remedy: `use ${expected}` }];
}

function unknownKey(path: ConfigPath, known: readonly string[]): Finding {
  const guess = nearest(path.at(-1) ?? '', known);
  const choice = known.length === 0 ? 'nothing may stand here' : `known here: ${known.join(', ')}`;
  const remedy = guess === undefined ? `remove it; ${choice}` : `did you mean "${guess}"?`;
  return { path, problem: 'is not a known key', remedy };
}

function withGuess(found: Plain, issue: z.core.$ZodIssueInvalidValue, expected: string): string {
  const guess = typeof found === 'string' ? nearest(found, issue.values.map(String)) : undefined;
  return guess === undefined ? `use ${expected}` : `use ${expected}; did you mean ${guess}?`;
}

function valueAt(value: Plain | undefined, path: ConfigPath): Plain | undefined {
  let current = value;
  for (const key of path) {
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, key)) return undefined;
    current = (current as Readonly<Record<string, Plain>>)[key];
  }
  return current;
}

function wrongKind(value: Plain): string {
  if (value === null) return 'is empty';
  if (Array.isArray(value)) return 'is a list where another kind is needed';
  if (typeof value === 'object') return 'is a mapping where another kind is needed';
  if (typeof value === 'string') return 'is a text where another kind is needed';
  if (typeof value === 'boolean') return 'is a true/false where another kind is needed';
  if (!Number.isFinite(value)) return 'is not a number';
  return Number.isInteger(value) ? 'is a number where another kind is needed' : 'is not a whole number';
}
