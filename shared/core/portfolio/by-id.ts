/**
 * Records by ids that are new every time: orders, fills, sales. They have no prototype: of a plain object V8 makes a hidden
 * class for every name it has not seen, which takes many times as long and leaves as much behind. To be read like any other.
 */
export type ById<Value> = Readonly<Record<string, Value>>;

export function withId<Value>(records: ById<Value>, id: string, value: Value): ById<Value> {
  const copy = copyOf(records);
  copy[id] = value;
  return copy;
}

export function withoutId<Value>(records: ById<Value>, id: string): ById<Value> {
  return keptOf(records, (_, each) => each !== id);
}

export function keptOf<Value>(records: ById<Value>, isKept: (value: Value, id: string) => boolean): ById<Value> {
  const kept: Record<string, Value> = Object.create(null);
  for (const id of Object.keys(records)) {
    const value = records[id] as Value;
    if (isKept(value, id)) kept[id] = value;
  }
  return kept;
}

function copyOf<Value>(records: ById<Value>): Record<string, Value> {
  const copy: Record<string, Value> = Object.create(null);
  for (const id of Object.keys(records)) copy[id] = records[id] as Value;
  return copy;
}
