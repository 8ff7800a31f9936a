import type { Universe } from '../../core/cycle/decision-config.ts';
import { TIERS } from '../../core/cycle/tiers.ts';
import { isProductId } from '../../core/market/product.ts';
import { configuredSymbols, newNameOf } from '../../core/universe/classify.ts';
import type { Finding } from '../fault.ts';
import { checkOf, unless } from './check.ts';

export const discoveryQuote = checkOf(['app', 'universe'], ({ app, universe: { discovery } }) =>
  unless(
    discovery.quote_currency === app.quote_currency,
    'universe.discovery.quote_currency',
    `the account trades in app.quote_currency ${app.quote_currency}`,
    `use "${app.quote_currency}"`,
  ),
);

export const discoveryFinds = checkOf(['universe'], ({ universe: { discovery } }) =>
  unless(
    !discovery.enabled || TIERS.some((tier) => discovery.max_symbols_per_tier[tier] > 0),
    'universe.discovery.enabled',
    'discovery is on, and no tier may hold a found symbol',
    'raise a number of universe.discovery.max_symbols_per_tier, or use false',
  ),
);

/** A ban that is misspelt protects nothing. */
export const redFlagsKnown = checkOf(['universe'], ({ universe }) =>
  universe.discovery.enabled
    ? []
    : universe.red_flags.flatMap(({ symbol }, i) =>
        unless(
          isLookedAt(universe, symbol),
          `universe.red_flags.${i}.symbol`,
          `no tier lists ${symbol}`,
          'correct the name, or remove the ban',
        ),
      ),
);

export const renamedSymbols = checkOf(['universe'], ({ universe }) =>
  Object.entries(universe.renamed).flatMap(([old, now]) => renamedFindings(universe, old, now)),
);

function renamedFindings(universe: Universe, old: string, now: string): readonly Finding[] {
  const path = `universe.renamed.${old}`;
  const symbols = configuredSymbols(universe).map(String);
  return [
    ...unless(isProductId(old), path, `${old} is not a product id`, 'use one such as "MATIC-USD"'),
    ...unless(
      quoteOf(old) === quoteOf(now),
      path,
      `${old} and ${now} are not paid in the same currency`,
      'use pairs of one',
    ),
    ...unless(!Object.hasOwn(universe.renamed, now), path, `${now} was renamed itself`, 'name the newest name'),
    ...unless(
      !(symbols.includes(old) && symbols.includes(now)),
      path,
      `the tiers list both ${old} and ${now}`,
      `keep ${now}`,
    ),
  ];
}

function isLookedAt(universe: Universe, symbol: string): boolean {
  const symbols = configuredSymbols(universe);
  return symbols.some((each) => each === symbol || newNameOf(universe, each) === symbol);
}

function quoteOf(productId: string): string {
  return productId.slice(productId.lastIndexOf('-') + 1);
}
