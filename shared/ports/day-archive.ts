/** What is archived once a day beside the cycles: the products that the exchange lists. */
export interface ProductArchive {
  /** One list is kept for each UTC day. */
  putProducts(takenAtMs: number, text: string): Promise<void>;
}

/** The archived cycles of one UTC day. */
export interface CycleDay {
  /** Their slots, ascending. */
  slotsOf(dayMs: number): Promise<readonly number[]>;
  get(slotMs: number): Promise<string | undefined>;
}
