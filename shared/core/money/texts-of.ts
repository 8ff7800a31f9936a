import { type Fixed, toText } from './fixed.ts';

type Amounts = Readonly<Record<string, Fixed<string>>>;

const known = new WeakMap<Amounts, Readonly<Record<string, string>>>();

/** Amounts as decimal text, by the same keys. Written once: amounts that somebody holds never change. */
export function textsOf(amounts: Amounts): Readonly<Record<string, string>> {
  const texts =
    known.get(amounts) ?? Object.fromEntries(Object.entries(amounts).map(([key, amount]) => [key, toText(amount)]));
  known.set(amounts, texts);
  return texts;
}
