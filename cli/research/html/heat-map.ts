import type { BacktestReport } from '../../../shared/core/backtest/report-schema.ts';
import { scrolled, shown } from './markup.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** The strongest colour is for this much, percent. */
const STRONG_PCT = 10;

/** Years down, months across after the whole year, each in the colour of its return. */
export function heatMap(monthly: BacktestReport['monthly']): string {
  const years = [...new Set(monthly.map(({ month }) => month.slice(0, 4)))];
  const strongest = Math.max(1, Math.min(STRONG_PCT, ...[largest(monthly)]));
  const rows = years.map((year) => {
    const own = monthly.filter(({ month }) => month.startsWith(year));
    const cells = MONTHS.map((_, i) => {
      const found = own.find(({ month }) => month === `${year}-${String(i + 1).padStart(2, '0')}`);
      return found === undefined ? '<td class="none"></td>' : cellOf(found.return_pct, strongest);
    });
    const whole = cellOf(compounded(own.map(({ return_pct }) => return_pct)), strongest);
    return `<tr><th scope="row">${year}</th>${whole}${cells.join('')}</tr>`;
  });
  const head = MONTHS.map((month) => `<th scope="col" class="n">${month}</th>`).join('');
  return scrolled(
    'returns by month',
    `<table class="heat"><thead><tr><td></td><th scope="col" class="n">Year</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`,
  );
}

function largest(monthly: BacktestReport['monthly']): number {
  return monthly.reduce((most, { return_pct }) => Math.max(most, Math.abs(return_pct)), 0);
}

function cellOf(pct: number, strongest: number): string {
  const strength = Math.round(12 + 76 * Math.min(1, Math.abs(pct) / strongest));
  const colour = pct === 0 ? '#eaeef2' : `color-mix(in srgb, ${pct > 0 ? '#4ac26b' : '#ff8182'} ${strength}%, #fff)`;
  return `<td style="background:${colour}">${shown(pct, 1)}</td>`;
}

function compounded(returns: readonly number[]): number {
  return (returns.reduce((product, pct) => product * (1 + pct / 100), 1) - 1) * 100;
}
