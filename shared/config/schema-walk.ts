import * as z from 'zod';
import type { ConfigPath } from './config-node.ts';

type Schema = z.core.$ZodType;

/** The schema of the value at a path; undefined where the schema knows no such path. */
export function schemaAt(root: Schema, path: ConfigPath): Schema | undefined {
  let schema: Schema | undefined = root;
  for (const key of path) {
    if (schema === undefined) return undefined;
    schema = childOf(unwrapped(schema), key);
  }
  return schema;
}

/** The keys a mapping at this schema may have; empty where names are free or there is no mapping. */
export function knownKeys(schema: Schema | undefined): readonly string[] {
  const inner = schema === undefined ? undefined : unwrapped(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** Every path to a value; a free name (a theme, a strategy) is written as *. */
export function leafPaths(schema: Schema, path: ConfigPath = []): readonly ConfigPath[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([key, child]) => leafPaths(child as Schema, [...path, key]));
  }
  if (inner instanceof z.ZodRecord) return leafPaths(inner.valueType, [...path, '*']);
  return [path];
}

/** What a value of this schema may be, in words. */
export function allowed(schema: Schema | undefined): string {
  if (schema === undefined) return 'a known key';
  const described = (schema as z.ZodType).description;
  if (described !== undefined) return described;
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) return `a mapping with the keys ${Object.keys(inner.shape).join(', ')}`;
  if (inner instanceof z.ZodRecord) return `a mapping of names to: ${allowed(inner.valueType)}`;
  if (inner instanceof z.ZodArray) return `a list, each item ${allowed(inner.element)}`;
  return allowedScalar(inner);
}

function allowedScalar(schema: Schema): string {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const values = json.const === undefined ? json.enum : [json.const];
  if (values !== undefined) return values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`;
  if (json.type === 'integer') return ['a whole number', limitsOf(json)].join(' ').trim();
  if (json.type === 'number') return ['a number', limitsOf(json)].join(' ').trim();
  return json.type === 'boolean' ? 'true or false' : 'a text';
}

function limitsOf(json: z.core.JSONSchema.BaseSchema): string {
  const limits = [
    ['more than', json.exclusiveMinimum],
    ['at least', json.minimum],
    ['less than', json.exclusiveMaximum],
    ['at most', json.maximum],
  ] as const;
  return limits.flatMap(([words, limit]) => (limit === undefined ? [] : [`${words} ${limit}`])).join(' and ');
}

function childOf(schema: Schema, key: string): Schema | undefined {
  if (schema instanceof z.ZodObject) {
    return Object.hasOwn(schema.shape, key) ? (schema.shape[key] as Schema) : undefined;
  }
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : undefined;
}

/** The schema of what is written, past wrappers that only add a default or a conversion. */
function unwrapped(schema: Schema): Schema {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodReadonly) {
    return unwrapped(schema.def.innerType);
  }
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return unwrapped(schema.def.innerType);
  return schema instanceof z.ZodPipe ? unwrapped(schema.def.in) : schema;
}
