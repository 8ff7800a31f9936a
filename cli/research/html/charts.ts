import type { BacktestReport } from '../../../shared/core/backtest/report-schema.ts';
import { type Line, lineChart } from './line-chart.ts';
import { section } from './markup.ts';

/** From this spread on a straight scale shows only the larger line. */
const LOG_FROM = 4;
/** More shares than this are one: nobody tells them apart. */
const MOST_SHARES = 8;

export function equityCharts({ equity, run }: BacktestReport): string {
  const times = equity.map(({ time }) => time);
  const own = equity.map(({ equity_usd }) => equity_usd);
  const held = equity.map(({ benchmark_usd }) => benchmark_usd);
  const hasHeld = held.some((value) => value !== null);
  const lines: readonly Line[] = [
    { name: 'bot', tone: 't0', values: own },
    ...(hasHeld ? [{ name: 'holding the reference', tone: 't1', values: held }] : []),
  ];
  const isWide = isSpread([...own, ...held.flatMap((value) => value ?? [])]);
  const drawdown = equity.map(({ drawdown_pct }) => 0 - drawdown_pct);
  const note = `In US dollars${isWide ? ', on a logarithmic scale' : ''}. The reference is held without any cost from ${run.from.slice(0, 10)} on.`;
  return [
    section(
      'Equity',
      note,
      lineChart(times, lines, { label: 'Equity over time', scale: isWide ? 'log' : 'linear', unit: ' $' }),
    ),
    section(
      'Drawdown',
      'Percent below the highest equity before.',
      lineChart(times, [{ name: 'drawdown', tone: 't4', values: drawdown }], {
        label: 'Drawdown over time',
        scale: 'linear',
        unit: ' %',
        isArea: true,
      }),
    ),
  ].join('\n');
}

export function exposureTabs(exposure: BacktestReport['exposure']): string {
  const kinds = ['assets', 'themes', 'strategies'] as const;
  const inputs = kinds.map(
    (kind, i) =>
      `<input type="radio" name="exposure" id="by-${kind}"${i === 0 ? ' checked' : ''}><label for="by-${kind}">by ${kind}</label>`,
  );
  const panes = kinds.map((kind) => `<div class="pane">${exposureChart(exposure, kind)}</div>`);
  return `<div class="tabs" role="radiogroup" aria-label="Exposure">${inputs.join('')}${panes.join('')}</div>`;
}

function exposureChart(exposure: BacktestReport['exposure'], kind: 'assets' | 'themes' | 'strategies'): string {
  const totals = new Map<string, number>();
  for (const point of exposure) {
    for (const [name, pct] of Object.entries(point[kind])) totals.set(name, (totals.get(name) ?? 0) + pct);
  }
  const largest = [...totals].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
  const named = largest.slice(0, MOST_SHARES);
  const rest = largest.slice(MOST_SHARES);
  const lines: Line[] = named.map((name, i) => ({
    name,
    tone: `t${i}`,
    values: exposure.map((point) => point[kind][name] ?? 0),
  }));
  if (rest.length > 0) {
    const others = (point: (typeof exposure)[number]) => rest.reduce((sum, name) => sum + (point[kind][name] ?? 0), 0);
    lines.push({ name: 'others', tone: 't8', values: exposure.map(others) });
  }
  if (lines.length === 0) return '<p class="note">Nothing was ever held.</p>';
  const times = exposure.map(({ time }) => time);
  return lineChart(times, lines, { label: `Exposure by ${kind}`, scale: 'linear', unit: ' %', isStacked: true });
}

function isSpread(values: readonly number[]): boolean {
  const low = values.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, each) => Math.max(most, each), 0);
  return low > 0 && high / low > LOG_FROM;
}
