import { mostSymbols } from '../../core/universe/members.ts';
import type { Finding } from '../fault.ts';
import { checkOf, unless } from './check.ts';

/** A stop that follows the market's range is kept within two bounds of its own, and these within the policy's. */
export const strategyStopBounds = checkOf(['policy', 'signals'], ({ policy: { proposals }, signals }) =>
  Object.entries(signals.strategy).flatMap(([name, { params }]) => {
    const { min, max } = proposals.stop_loss_pct;
    const { max_stop_loss_pct: widest, take_profit_pct: target } = params;
    const path = `signals.strategy.${name}.params`;
    return [
      ...(['min_stop_loss_pct', 'max_stop_loss_pct'] as const).flatMap((key) => {
        const value = params[key];
        return unless(
          typeof value !== 'number' || (value >= min && value <= max),
          `${path}.${key}`,
          `${String(value)} lies outside policy.proposals.stop_loss_pct`,
          `use ${min} to ${max}`,
        );
      }),
      ...unless(
        typeof widest !== 'number' || typeof target !== 'number' || widest < target,
        `${path}.take_profit_pct`,
        `the target of ${String(target)} % is not beyond the widest stop of ${String(widest)} %`,
        'make the target larger than max_stop_loss_pct',
      ),
    ];
  }),
);

/** Places that can never all be taken, or never be lost, promise a portfolio that nobody gets. */
export const strategyHoldings = checkOf(['policy', 'universe', 'signals'], ({ policy: { risk }, universe, signals }) =>
  Object.entries(signals.strategy).flatMap(([name, { enabled, params }]) => {
    const { hold_count: places, exit_rank: lastRank } = params;
    const symbols = mostSymbols(universe);
    const path = `signals.strategy.${name}.params`;
    return [
      ...unless(
        typeof places !== 'number' || places <= risk.max_open_positions,
        `${path}.hold_count`,
        `${String(places)} positions exceed policy.risk.max_open_positions of ${risk.max_open_positions}`,
        `use at most ${risk.max_open_positions}`,
      ),
      // Only where it runs: a small universe is no reason to rewrite a strategy that is off.
      ...unless(
        !enabled || typeof lastRank !== 'number' || lastRank < symbols,
        `${path}.exit_rank`,
        `none of ${symbols} symbols can rank behind place ${String(lastRank)}: nothing would ever be rotated out`,
        `use less than ${symbols}`,
      ),
    ];
  }),
);

/**
 * Where conviction grows with the score, the least score must be worth proposing, or it is not what decides. Only for
 * strategies that run: the floor may be raised without rewriting all others.
 */
export const strategyScores = checkOf(['policy', 'signals'], ({ policy: { proposals }, signals }) =>
  Object.entries(signals.strategy).flatMap(([name, { enabled, params }]): readonly Finding[] => {
    const { min_score: least, target_score: full = 1 } = params;
    if (!enabled || typeof least !== 'number' || typeof full !== 'number') return [];
    const floor = proposals.min_conviction_to_propose;
    const needed = Number((floor * full).toPrecision(12));
    return unless(
      least >= needed,
      `signals.strategy.${name}.params.min_score`,
      `a trigger of min_score has a conviction of ${(least / full).toFixed(2)}, below policy.proposals.min_conviction_to_propose of ${floor}: min_score can never decide`,
      `use at least ${needed}`,
    );
  }),
);
