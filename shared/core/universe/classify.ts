import { TIERS, type Tier, type Universe } from '../cycle/decision-config.ts';
import type { Product, ProductId } from '../market/product.ts';

/** Where a tier list names the symbol, that tier; else, with discovery on, the tier its volume reaches. */
export function tierOf(universe: Universe, symbol: ProductId, product: Product | null = null): Tier | null {
  const names = namesOf(universe, symbol);
  const named = TIERS.find((tier) => names.some((name) => universe.tiers[tier].symbols.includes(name)));
  if (named !== undefined) return named;
  if (!universe.discovery.enabled || product === null) return null;
  // A holding that has lost its volume belongs to the wildest tier, not to none: its allocation cap must still count it.
  return tierByVolume(universe, product) ?? 'T3';
}

/** The first tier whose floor the 24 h quote volume reaches; an unknown volume reaches none. */
export function tierByVolume(universe: Universe, { quoteVolume24h }: Product): Tier | null {
  if (quoteVolume24h === null) return null;
  return TIERS.find((tier) => quoteVolume24h >= universe.tiers[tier].min_24h_volume_usd) ?? null;
}

export function themeOf(universe: Universe, symbol: ProductId): string | null {
  const names = namesOf(universe, symbol);
  const found = Object.entries(universe.themes).find(([, symbols]) => names.some((name) => symbols.includes(name)));
  return found === undefined ? null : found[0];
}

export function isNeverTraded(universe: Universe, symbol: ProductId): boolean {
  return namesOf(universe, symbol).some((name) => universe.never_trade.includes(name));
}

/** A symbol's own name and the names it had before: what the config says of an old name holds for the new one. */
export function namesOf({ renamed }: Universe, symbol: ProductId): readonly ProductId[] {
  const former = Object.entries(renamed).filter(([, now]) => now === symbol);
  return [symbol, ...former.map(([old]) => old as ProductId)];
}

/** The name a symbol trades under since it was renamed; null where the config knows of no other. */
export function newNameOf({ renamed }: Universe, symbol: ProductId): ProductId | null {
  return Object.hasOwn(renamed, symbol) ? (renamed[symbol] ?? null) : null;
}

/** Every symbol that a tier names, ascending. */
export function configuredSymbols(universe: Universe): readonly ProductId[] {
  return [...new Set(TIERS.flatMap((tier) => universe.tiers[tier].symbols))].sort();
}
