import type { Tier, Universe } from '../cycle/decision-config.ts';
import { TIERS } from '../cycle/tiers.ts';
import type { Product, ProductId } from '../market/product.ts';
import type { Usd } from '../money/fixed.ts';
import { configuredSymbols, isNeverTraded, newNameOf, tierByVolume, tierOf } from './classify.ts';

/**
 * The symbols the universe looks at, ascending, given what the exchange lists: those that the tiers name, the new names
 * of those that were renamed, and with discovery on the most traded of the others [REQ-U1]. Products that would not be
 * chosen may be left out of `products` without changing the answer: the fetch asks with all of them, the decision with
 * those in its snapshot, and both get the same symbols.
 */
export function universeSymbols(universe: Universe, products: readonly Product[]): readonly ProductId[] {
  const listed = new Set(products.map(({ id }) => id));
  const named = configuredSymbols(universe).flatMap((symbol) => {
    const successor = listed.has(symbol) ? null : newNameOf(universe, symbol);
    return successor === null ? [symbol] : [symbol, successor];
  });
  return [...new Set([...named, ...discovered(universe, products)])].sort();
}

/** The most traded products of each tier that no list names. Ties go by name. */
export function discovered(universe: Universe, products: readonly Product[]): readonly ProductId[] {
  const { enabled, max_symbols_per_tier } = universe.discovery;
  if (!enabled) return [];
  const taken: Record<Tier, number> = { T1: 0, T2: 0, T3: 0 };
  return products
    .filter((product) => isCandidate(universe, product))
    .flatMap(({ id, quoteVolume24h }) => (quoteVolume24h === null ? [] : [{ id, quoteVolume24h }]))
    .toSorted(byVolume)
    .flatMap((product) => {
      const tier = tierByVolume(universe, product);
      if (tier === null || taken[tier] >= max_symbols_per_tier[tier]) return [];
      taken[tier] += 1;
      return [product.id];
    });
}

/** How many symbols a cycle may have to look at. */
export function mostSymbols(universe: Universe): number {
  const { enabled, max_symbols_per_tier } = universe.discovery;
  const found = enabled ? TIERS.reduce((sum, tier) => sum + max_symbols_per_tier[tier], 0) : 0;
  return configuredSymbols(universe).length + found;
}

function isCandidate(universe: Universe, { id, base, quote }: Product): boolean {
  const { quote_currency, excluded_bases } = universe.discovery;
  if (quote !== quote_currency || excluded_bases.includes(base)) return false;
  return !isNeverTraded(universe, id) && tierOf(universe, id) === null;
}

type Traded = Pick<Product, 'id'> & { readonly quoteVolume24h: Usd };

function byVolume(a: Traded, b: Traded): number {
  const [left, right] = [a.quoteVolume24h, b.quoteVolume24h];
  if (left !== right) return left > right ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
