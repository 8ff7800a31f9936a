import { REGIMES } from '../../core/cycle/tiers.ts';
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

/** Without a gap between entering and leaving there is no hysteresis, and beyond the other threshold no chop. */
export const regimeThresholds = checkOf(['policy'], ({ policy: { regime } }) => {
  const { trend_enter_pct: enter, trend_exit_pct: exit } = regime;
  return [
    ...unless(
      exit < enter && exit > -enter,
      'policy.regime.trend_exit_pct',
      `${exit} % does not lie between the thresholds of ${-enter} % and ${enter} %`,
      `use more than ${-enter} and less than ${enter}`,
    ),
    ...unless(
      regime.crash_exit_volatility_pct < regime.crash_volatility_pct,
      'policy.regime.crash_exit_volatility_pct',
      `a crash of ${regime.crash_volatility_pct} % volatility would be over at once`,
      `use less than ${regime.crash_volatility_pct}`,
    ),
  ];
});
