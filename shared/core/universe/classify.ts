import { TIERS, type Tier, type Universe } from '../cycle/decision-config.ts';
import type { ProductId } from '../market/product.ts';

export function tierOf(universe: Universe, symbol: ProductId): Tier | null {
  return TIERS.find((tier) => universe.tiers[tier].symbols.includes(symbol)) ?? null;
}

export function themeOf(universe: Universe, symbol: ProductId): string | null {
  const found = Object.entries(universe.themes).find(([, symbols]) => symbols.includes(symbol));
  return found === undefined ? null : found[0];
}

/** Every symbol that a tier names, ascending. */
export function configuredSymbols(universe: Universe): readonly ProductId[] {
  return [...new Set(TIERS.flatMap((tier) => universe.tiers[tier].symbols))].sort();
}
