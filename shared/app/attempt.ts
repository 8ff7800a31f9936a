/** One of several things to do of which none may keep the others from being done. */
export type Attempt<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'failed'; readonly fault: string };

/** Does it; what it throws becomes a value that names it. */
export async function attempt<Value>(what: string, work: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { kind: 'done', value: await work() };
  } catch (error) {
    return { kind: 'failed', fault: `${what}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
