import { REGIMES } from '../../core/cycle/decision-config.ts';
import { checkOf, unless } from './check.ts';

/** bull >= chop >= bear >= crash: a worse market never gets more money. */
export const regimeOrder = checkOf(['policy'], ({ policy: { regime } }) =>
  REGIMES.slice(1).flatMap((worse, i) => {
    const better = REGIMES[i] ?? worse;
    return unless(
      regime.multipliers[worse] <= regime.multipliers[better],
      `policy.regime.multipliers.${worse}`,
      `${worse} multiplies by ${regime.multipliers[worse]}, more than ${better} with ${regime.multipliers[better]}`,
      `use at most ${regime.multipliers[better]}`,
    );
  }),
);
