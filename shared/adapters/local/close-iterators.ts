interface LevelIterator {
  close(): Promise<void>;
}

/** What of a LevelDB is needed to reach its iterators. */
export interface LevelDb {
  values(): LevelIterator;
}

/**
 * dynalite 4.0.0 ends every query by `return()` on LevelDB's iterator, which has no such method since abstract-level 1: it is
 * left open, and holds what the whole folder was at that moment. No version of any item since could ever be given up, on
 * disk or in memory. With this the method is there, for every LevelDB of this process.
 */
export async function closeIterators(db: LevelDb): Promise<void> {
  const iterator = db.values();
  const prototype = prototypeWithClose(iterator);
  Object.defineProperty(prototype, 'return', {
    configurable: true,
    value(this: LevelIterator) {
      return this.close();
    },
  });
  await iterator.close();
}

function prototypeWithClose(iterator: LevelIterator): object {
  for (let at: object | null = iterator; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (Object.hasOwn(at, 'close')) return at;
  }
  throw new Error('the iterators of LevelDB cannot be closed; review shared/adapters/local/close-iterators.ts');
}
