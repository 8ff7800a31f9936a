export interface Target {
  /** Where it stands in the parameters, such as `rules.breakout.take_profit_pct`. */
  readonly path: string;
  readonly pct: number;
}

/** Every target that a strategy's parameters name: its one, or that of each of its rules. */
export function targetsOf(params: Readonly<Record<string, unknown>>): readonly Target[] {
  return Object.entries(params).flatMap(([key, value]) => {
    if (key === 'take_profit_pct' && typeof value === 'number') return [{ path: key, pct: value }];
    return isMapping(value) ? targetsOf(value).map(({ path, pct }) => ({ path: `${key}.${path}`, pct })) : [];
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
