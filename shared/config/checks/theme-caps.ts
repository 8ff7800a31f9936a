import { nearest } from '../nearest.ts';
import { checkOf, unless } from './check.ts';

/** Asset cap <= theme cap <= total cap: a cap above the next wider one could never be reached. */
export const themeCaps = checkOf(['policy'], ({ policy: { risk } }) => {
  const caps = [
    { path: 'policy.risk.max_theme_exposure_pct', cap: risk.max_theme_exposure_pct },
    ...Object.entries(risk.max_per_theme_pct).map(([theme, cap]) => ({
      path: `policy.risk.max_per_theme_pct.${theme}`,
      cap,
    })),
  ];
  return caps.flatMap(({ path, cap }) => [
    ...unless(
      cap <= risk.max_total_at_risk_pct,
      path,
      `the theme cap of ${cap} % exceeds max_total_at_risk_pct of ${risk.max_total_at_risk_pct} %`,
      `use at most ${risk.max_total_at_risk_pct}, or raise policy.risk.max_total_at_risk_pct`,
    ),
    ...unless(
      cap >= risk.max_position_size_pct,
      path,
      `the theme cap of ${cap} % is below max_position_size_pct of ${risk.max_position_size_pct} %`,
      `use at least ${risk.max_position_size_pct}, or lower policy.risk.max_position_size_pct`,
    ),
  ]);
});

/** A cap for a theme that does not exist would protect nothing. */
export const themeNames = checkOf(['policy', 'universe'], ({ policy, universe }) => {
  const themes = Object.keys(universe.themes);
  return Object.keys(policy.risk.max_per_theme_pct).flatMap((name) => {
    const guess = nearest(name, themes);
    const remedy = guess === undefined ? `use one of ${themes.join(', ')}` : `did you mean "${guess}"?`;
    return unless(
      themes.includes(name),
      `policy.risk.max_per_theme_pct.${name}`,
      'universe.themes has no such theme',
      remedy,
    );
  });
});
