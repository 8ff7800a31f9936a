import * as z from 'zod';

/** Every path at which a record of this schema may hold a value: * is a free name, [] an item of a list. */
export function fieldsOf(schema: z.core.$ZodType, path = ''): readonly string[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([key, child]) =>
      fieldsOf(child as z.core.$ZodType, path === '' ? key : `${path}.${key}`),
    );
  }
  if (inner instanceof z.ZodRecord) return fieldsOf(inner.valueType, `${path}.*`);
  if (inner instanceof z.ZodArray) return fieldsOf(inner.element, `${path}[]`);
  if (inner instanceof z.ZodUnion) {
    return [...new Set(inner.options.flatMap((option) => fieldsOf(option as z.core.$ZodType, path)))];
  }
  return [path];
}

/** Past what only adds a default or an absence. A codec (decimal text) is a value. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  return isWrapper ? unwrapped(schema.def.innerType as z.core.$ZodType) : schema;
}
