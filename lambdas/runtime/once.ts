/** Builds what a handler works with. Called once an event; what is worth keeping is kept by the builder. */
export type Compose<Deps> = () => Deps | Promise<Deps>;

/** Remembers the first success. A failure is not remembered: the next event tries again. */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
