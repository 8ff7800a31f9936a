/** Lets one call through at a time; who is next is drawn from the seed. */
export interface Turnstile {
  pass<Result>(call: () => Promise<Result>): Promise<Result>;
}

/**
 * Processes that run side by side take turns here at every call of a port. So the same seed gives the same interleaving,
 * and another seed another one: what a scheduler does by chance is drawn.
 */
export function turnstile(random: () => number): Turnstile {
  const waiting: (() => void)[] = [];
  let isTaken = false;
  const next = () => {
    const [go] = waiting.splice(Math.floor(random() * waiting.length), 1);
    if (go === undefined) isTaken = false;
    else go();
  };
  return {
    async pass(call) {
      if (isTaken) await new Promise<void>((go) => waiting.push(go));
      isTaken = true;
      try {
        return await call();
      } finally {
        // Whoever was served stands in line again before the next one is drawn.
        setImmediate(next);
      }
    },
  };
}
