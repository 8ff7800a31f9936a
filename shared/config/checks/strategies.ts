import { INTERVAL_MS } from '../../core/market/interval.ts';
import type { Finding } from '../fault.ts';
import { nearest } from '../nearest.ts';
import { type CheckContext, checkOf, unless } from './check.ts';

/** One page of candles is 300; one of them is the bar that just closed. */
const MAX_WARMUP_BARS = 299;

/** The strategies of the config are those of the registry, no more and no less. */
export const strategyNames = checkOf(['signals'], ({ signals }, { strategies }) => {
  const known = Object.keys(strategies);
  const unknown = Object.keys(signals.strategy).filter((name) => !known.includes(name));
  const missing = known.filter((name) => !Object.hasOwn(signals.strategy, name));
  return [
    ...unknown.map((name): Finding => {
      const guess = nearest(name, known);
      const remedy = guess === undefined ? `use one of ${known.join(', ')}` : `did you mean "${guess}"?`;
      return { path: ['signals', 'strategy', name], problem: 'there is no such strategy', remedy };
    }),
    ...missing.map((name): Finding => {
      const remedy = 'add it with "enabled: false" to leave it off';
      return { path: ['signals', 'strategy', name], problem: 'the strategy is missing', remedy };
    }),
  ];
});

/** A budget wider than what it divides up never bites. */
export const strategyBudgets = checkOf(['policy', 'signals'], ({ policy: { risk }, signals }) =>
  Object.entries(signals.strategy).flatMap(([name, settings]) => {
    const path = `signals.strategy.${name}`;
    const { max_trades_per_cycle_per_strategy: trades, max_triggers_per_cycle: triggers } = settings;
    return [
      ...unless(
        settings.max_strategy_at_risk_pct <= risk.max_total_at_risk_pct,
        `${path}.max_strategy_at_risk_pct`,
        `the budget of ${settings.max_strategy_at_risk_pct} % exceeds max_total_at_risk_pct of ${risk.max_total_at_risk_pct} %`,
        `use at most ${risk.max_total_at_risk_pct}`,
      ),
      ...unless(
        trades <= triggers,
        `${path}.max_trades_per_cycle_per_strategy`,
        `${trades} trades a cycle can never come from max_triggers_per_cycle of ${triggers}`,
        `use at most ${triggers}`,
      ),
      ...unless(
        trades <= risk.max_open_positions,
        `${path}.max_trades_per_cycle_per_strategy`,
        `${trades} trades a cycle exceed policy.risk.max_open_positions of ${risk.max_open_positions}`,
        `use at most ${risk.max_open_positions}`,
      ),
    ];
  }),
);

/** Stops and targets of every strategy, enabled or not, lie within the policy's bounds and in the right order. */
export const strategyDistances = checkOf(['policy', 'signals'], ({ policy: { proposals }, signals }) =>
  Object.entries(signals.strategy).flatMap(([name, { params }]) =>
    distancesIn(params, `signals.strategy.${name}.params`).flatMap(({ path, stop, target }) => [
      ...distanceFindings(`${path}.stop_loss_pct`, stop, proposals.stop_loss_pct),
      ...distanceFindings(`${path}.take_profit_pct`, target, proposals.take_profit_pct),
      ...unless(
        typeof stop !== 'number' || typeof target !== 'number' || stop < target,
        `${path}.take_profit_pct`,
        `the target of ${String(target)} % is not beyond the stop of ${String(stop)} %`,
        'make the target larger than the stop',
      ),
    ]),
  ),
);

interface Distances {
  readonly path: string;
  readonly stop: unknown;
  readonly target: unknown;
}

/** The strategy's own, and those of each rule where it has `rules`. */
function distancesIn(params: Readonly<Record<string, unknown>>, path: string): readonly Distances[] {
  const { stop_loss_pct: stop, take_profit_pct: target, rules } = params;
  const nested = isRecord(rules) ? Object.entries(rules) : [];
  return [
    { path, stop, target },
    ...nested.flatMap(([rule, given]) => (isRecord(given) ? distancesIn(given, `${path}.rules.${rule}`) : [])),
  ];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function distanceFindings(path: string, value: unknown, { min, max }: Range): readonly Finding[] {
  const key = path.slice(path.lastIndexOf('.') + 1);
  return unless(
    typeof value !== 'number' || (value >= min && value <= max),
    path,
    `${String(value)} lies outside policy.proposals.${key}`,
    `use ${min} to ${max}`,
  );
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** A cycle comes with the base interval: bars shorter than that would close unseen. */
export const strategyIntervals = checkOf(['signals'], ({ signals }) =>
  Object.entries(signals.strategy).flatMap(([name, { interval }]) =>
    unless(
      INTERVAL_MS[interval] >= INTERVAL_MS[signals.interval],
      `signals.strategy.${name}.interval`,
      `bars of ${interval} are shorter than signals.interval of ${signals.interval}`,
      `use ${signals.interval} or longer`,
    ),
  ),
);

/** Every strategy can be bound to its parameters and is fed by one page of candles. */
export const strategyWarmups = checkOf(['signals'], ({ signals }, context) =>
  Object.entries(signals.strategy).flatMap(([name, { params }]) => warmupFindings(name, params, context)),
);

function warmupFindings(name: string, params: unknown, { strategies }: CheckContext): readonly Finding[] {
  const module = Object.hasOwn(strategies, name) ? strategies[name] : undefined;
  const parsed = module?.params.safeParse(params);
  // Wrong parameters have their own faults.
  if (module === undefined || parsed?.success !== true) return [];
  const { warmupBars } = module.bind(parsed.data);
  return unless(
    warmupBars <= MAX_WARMUP_BARS,
    `signals.strategy.${name}.params`,
    `the strategy needs ${warmupBars} bars before its first opinion; one page of candles gives ${MAX_WARMUP_BARS}`,
    'shorten the lookbacks, or use a longer interval',
  );
}
