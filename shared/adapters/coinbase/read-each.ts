import { DecodeError, type Wire } from './wire.ts';

/**
 * Reads independent market facts one by one: an unreadable one is left out and told, so that one odd product cannot stop
 * the others. When none can be read the reply as a whole is unreadable. Never used for orders, fills or balances.
 */
export function readEach<Item>(
  rows: readonly Wire[],
  read: (row: Wire) => Item,
  onFault: (fault: string) => void,
): readonly Item[] {
  const items: Item[] = [];
  const faults: string[] = [];
  for (const row of rows) {
    try {
      items.push(read(row));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      faults.push(error.message);
    }
  }
  const [first] = faults;
  if (first !== undefined && items.length === 0) throw new DecodeError(first);
  for (const fault of faults) onFault(fault);
  return items;
}
