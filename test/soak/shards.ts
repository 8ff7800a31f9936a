import { mixKeys, textKey } from '../../simulator/market/random.ts';
import type { Figures } from './figures.ts';
import type { NightResult } from './night.ts';

/** A run is cut into nights of about this many intents, whatever runs them: its figures depend on the seed alone. */
const INTENTS_A_NIGHT = 400;

export interface Shard {
  readonly seed: number;
  readonly intents: number;
}

export function shardsOf(intents: number, seed: number): readonly Shard[] {
  const count = Math.max(1, Math.round(intents / INTENTS_A_NIGHT));
  return Array.from({ length: count }, (_, i) => ({
    seed: mixKeys(textKey('soak'), seed, i),
    intents: Math.floor(((i + 1) * intents) / count) - Math.floor((i * intents) / count),
  }));
}

/** The nights as one run, in the order of the shards. */
export function inAll(nights: readonly NightResult[]): NightResult {
  return {
    figures: nights.map(({ figures }) => figures).reduce(plus),
    breaks: nights.flatMap(({ breaks }) => breaks),
  };
}

function plus(a: Figures, b: Figures): Figures {
  const most = Math.max(a.most_live_orders_of_an_intent, b.most_live_orders_of_an_intent);
  return { ...(summed(a, b) as unknown as Figures), most_live_orders_of_an_intent: most };
}

type Sums = { readonly [key: string]: number | Sums };

function summed(a: object, b: object): Sums {
  const [left, right] = [a as Sums, b as Sums];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return Object.fromEntries(keys.map((key) => [key, sumOf(left[key] ?? 0, right[key] ?? 0)]));
}

function sumOf(a: number | Sums, b: number | Sums): number | Sums {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  return summed(typeof a === 'number' ? {} : a, typeof b === 'number' ? {} : b);
}
