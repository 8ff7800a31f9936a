/** The names by which policy and universe speak, apart from their schemas: not everyone who knows a tier parses a config. */
export const TIERS = ['T1', 'T2', 'T3'] as const;

export const REGIMES = ['bull', 'chop', 'bear', 'crash'] as const;
