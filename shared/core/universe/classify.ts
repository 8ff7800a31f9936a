import type { Tier, Universe } from '../cycle/decision-config.ts';
import { TIERS } from '../cycle/tiers.ts';
import type { Product, ProductId } from '../market/product.ts';

/** What the lists of a universe say of one symbol, whatever the market looks like. */
interface Place {
  readonly names: readonly ProductId[];
  readonly tier: Tier | null;
  readonly theme: string | null;
  readonly isNeverTraded: boolean;
}

/** Lists are read once and never change. */
const places = new WeakMap<Universe, Map<ProductId, Place>>();

function placeOf(universe: Universe, symbol: ProductId): Place {
  const known = places.get(universe) ?? new Map<ProductId, Place>();
  places.set(universe, known);
  const place = known.get(symbol) ?? lookedUp(universe, symbol);
  known.set(symbol, place);
  return place;
}

function lookedUp(universe: Universe, symbol: ProductId): Place {
  const former = Object.entries(universe.renamed).filter(([, now]) => now === symbol);
  const names = [symbol, ...former.map(([old]) => old as ProductId)];
  const isIn = (symbols: readonly ProductId[]) => names.some((name) => symbols.includes(name));
  return {
    names,
    tier: TIERS.find((tier) => isIn(universe.tiers[tier].symbols)) ?? null,
    theme: Object.entries(universe.themes).find(([, symbols]) => isIn(symbols))?.[0] ?? null,
    isNeverTraded: isIn(universe.never_trade),
  };
}

/** Where a tier list names the symbol, that tier; else, with discovery on, the tier its volume reaches. */
export function tierOf(universe: Universe, symbol: ProductId, product: Product | null = null): Tier | null {
  const named = placeOf(universe, symbol).tier;
  if (named !== null) return named;
  if (!universe.discovery.enabled || product === null) return null;
  // A holding that has lost its volume belongs to the wildest tier, not to none: its allocation cap must still count it.
  return tierByVolume(universe, product) ?? 'T3';
}

/** The first tier whose floor the 24 h quote volume reaches; an unknown volume reaches none. */
export function tierByVolume(universe: Universe, { quoteVolume24h }: Pick<Product, 'quoteVolume24h'>): Tier | null {
  if (quoteVolume24h === null) return null;
  return TIERS.find((tier) => quoteVolume24h >= universe.tiers[tier].min_24h_volume_usd) ?? null;
}

export function themeOf(universe: Universe, symbol: ProductId): string | null {
  return placeOf(universe, symbol).theme;
}

export function isNeverTraded(universe: Universe, symbol: ProductId): boolean {
  return placeOf(universe, symbol).isNeverTraded;
}

/** A symbol's own name and the names it had before: what the config says of an old name holds for the new one. */
export function namesOf(universe: Universe, symbol: ProductId): readonly ProductId[] {
  return placeOf(universe, symbol).names;
}

/** The name a symbol trades under since it was renamed; null where the config knows of no other. */
export function newNameOf({ renamed }: Universe, symbol: ProductId): ProductId | null {
  return Object.hasOwn(renamed, symbol) ? (renamed[symbol] as ProductId) : null;
}

/** Every symbol that a tier names, ascending. */
export function configuredSymbols(universe: Universe): readonly ProductId[] {
  const known = configured.get(universe) ?? [...new Set(TIERS.flatMap((tier) => universe.tiers[tier].symbols))].sort();
  configured.set(universe, known);
  return known;
}

const configured = new WeakMap<Universe, readonly ProductId[]>();
