import type { Universe } from '../../core/cycle/decision-config.ts';
import { TIERS } from '../../core/cycle/tiers.ts';
import type { Finding } from '../fault.ts';
import { checkOf, unless } from './check.ts';

interface Mention {
  readonly symbol: string;
  /** The list it stands in: a tier or a theme. */
  readonly list: string;
  readonly path: readonly string[];
}

export const symbolsInOneTier = checkOf(['universe'], ({ universe }) =>
  repeated(tierMentions(universe)).map(([first, again]) => ({
    path: again.path,
    problem: `${again.symbol} already stands in ${first.list}`,
    remedy: 'keep it in one tier, once',
  })),
);

export const symbolsInOneTheme = checkOf(['universe'], ({ universe }) =>
  repeated(themeMentions(universe)).map(([first, again]) => ({
    path: again.path,
    problem: `${again.symbol} already stands in ${first.list}`,
    remedy: 'keep it in one theme, once',
  })),
);

/** A theme's symbol that no tier trades is a misspelling, or was forgotten when the symbol was removed. */
export const themeSymbolsTraded = checkOf(['universe'], ({ universe }) => {
  // With discovery on, what the tiers do not list may still be found.
  if (universe.discovery.enabled) return [];
  const traded = new Set(tierMentions(universe).map(({ symbol }) => symbol));
  return themeMentions(universe)
    .filter(({ symbol }) => !traded.has(symbol))
    .map(({ symbol, path }) => ({
      path,
      problem: `no tier lists ${symbol}`,
      remedy: 'remove it here, or add it to a tier',
    }));
});

export const neverTraded = checkOf(['universe'], ({ universe }) =>
  tierMentions(universe)
    .filter(({ symbol }) => universe.never_trade.some((banned) => banned === symbol))
    .map(({ symbol, path }) => ({
      path,
      problem: `${symbol} also stands in universe.never_trade`,
      remedy: 'remove it from one of the two',
    })),
);

export const symbolQuotes = checkOf(['app', 'universe'], ({ app, universe }) =>
  tierMentions(universe)
    .filter(({ symbol }) => !symbol.endsWith(`-${app.quote_currency}`))
    .map(({ symbol, path }) => ({
      path,
      problem: `${symbol} is not paid in app.quote_currency ${app.quote_currency}`,
      remedy: `use the ${app.quote_currency} pair of the coin`,
    })),
);

/** It is looked at like every other symbol: one coin in two pairs would be counted, or taken over, twice. */
export const referenceQuote = checkOf(['app', 'policy'], ({ app, policy: { regime } }) =>
  unless(
    regime.reference.endsWith(`-${app.quote_currency}`),
    'policy.regime.reference',
    `${regime.reference} is not paid in app.quote_currency ${app.quote_currency}`,
    `use the ${app.quote_currency} pair of the coin`,
  ),
);

export const someSymbol = checkOf(['universe'], ({ universe }): readonly Finding[] =>
  tierMentions(universe).length > 0 || universe.discovery.enabled
    ? []
    : [
        {
          path: ['universe', 'tiers'],
          problem: 'no tier lists a symbol',
          remedy: 'list at least one, such as BTC-USD',
        },
      ],
);

function tierMentions({ tiers }: Universe): readonly Mention[] {
  return TIERS.flatMap((tier) => mentions(tiers[tier].symbols, tier, ['universe', 'tiers', tier, 'symbols']));
}

function themeMentions({ themes }: Universe): readonly Mention[] {
  return Object.entries(themes).flatMap(([theme, symbols]) => mentions(symbols, theme, ['universe', 'themes', theme]));
}

function mentions(symbols: readonly string[], list: string, path: readonly string[]): readonly Mention[] {
  return symbols.map((symbol, i) => ({ symbol, list, path: [...path, String(i)] }));
}

/** Every mention after the first of the same symbol, with that first one. */
function repeated(all: readonly Mention[]): readonly (readonly [Mention, Mention])[] {
  const firsts = new Map<string, Mention>();
  return all.flatMap((mention) => {
    const first = firsts.get(mention.symbol);
    if (first !== undefined) return [[first, mention] as const];
    firsts.set(mention.symbol, mention);
    return [];
  });
}
