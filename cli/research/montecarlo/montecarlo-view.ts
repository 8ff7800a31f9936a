import { tableLines } from '../../render/table.ts';
import { fanChart } from '../html/fan-chart.ts';
import type { Card } from '../html/head.ts';
import { histogram } from '../html/histogram.ts';
import { type Column, section, shown, signOf, table } from '../html/markup.ts';
import { studyPage } from '../html/study-page.ts';
import { intervalText, worthLines, worthTable } from '../study/worth-view.ts';
import type { Distribution, MontecarloReport, Spread } from './montecarlo-schema.ts';

interface Row {
  readonly name: string;
  readonly observed: number | null;
  readonly spread: Spread;
}

export function montecarloText(report: MontecarloReport): string {
  const { run, draws, days, trades, worth } = report;
  const columns = columnsOf().map(({ title, isFigure, cell }) => ({
    title,
    align: isFigure ? ('right' as const) : ('left' as const),
    cell,
  }));
  return [
    `${run.from.slice(0, 10)} to ${run.to.slice(0, 10)}, ${draws} draws, ${howText(report)}`,
    '',
    ...tableLines(columns, rowsOf(report)),
    '',
    `loss in ${percent(days.probability_of_loss)} of the redrawn days${trades === null ? '' : `, in ${percent(trades.probability_of_loss)} of the redrawn round trips`}`,
    `drawdown beyond ${days.drawdown_beyond.map(({ pct, probability }) => `${pct} %: ${percent(probability)}`).join(', ')}`,
    ...worthLines(worth, null).map(([name, value]) => `${name}: ${value}`),
  ].join('\n');
}

export function montecarloPage(report: MontecarloReport): string {
  const { days, trades, observed, fan, worth } = report;
  const notes = [
    `${howText(report)}. Redrawn days can only show what the recorded days hold: no other market, no worse day.`,
  ];
  return studyPage({
    title: `Monte Carlo, ${shown(report.draws, 0)} draws`,
    run: report.run,
    notes,
    cards: cardsOf(report),
    sections: [
      section(
        'Equity of the redrawn days',
        'Of 1 at the start: the middle nine tenths, the middle half, and the median.',
        fanChart(fan, 'Fan of equity paths'),
      ),
      section('How far each figure scatters', '', table(columnsOf(), rowsOf(report))),
      section('Days redrawn', HISTOGRAM_NOTE, histogramsOf(days, observed)),
      ...(trades === null ? [] : [section('Round trips redrawn', HISTOGRAM_NOTE, histogramsOf(trades, observed))]),
      section('What it is worth', '', worthTable(worth, null)),
    ],
  });
}

const HISTOGRAM_NOTE =
  'The dashed line is the run itself. The outermost bars also hold what lies beyond them, a hundredth of the draws on each side.';

function howText({ resampling, block_days }: MontecarloReport): string {
  return `${resampling} blocks of ${resampling === 'stationary' ? 'about ' : ''}${block_days} days`;
}

function histogramsOf(of: Distribution, observed: MontecarloReport['observed']): string {
  const totals = histogram({
    ...of.return_histogram,
    observed: observed.total_return_pct,
    label: 'Returns',
    unit: ' %',
  });
  const depths = histogram({
    ...of.drawdown_histogram,
    observed: observed.max_drawdown_pct,
    label: 'Drawdowns',
    unit: ' %',
  });
  return `<div class="pairs"><div><h3>Return</h3>${totals}</div><div><h3>Max drawdown</h3>${depths}</div></div>`;
}

function cardsOf({ days, observed, worth }: MontecarloReport): readonly Card[] {
  const range = ({ p5, p95 }: Spread, unit: string) => `90 % ${shown(p5, 1)} to ${shown(p95, 1)}${unit}`;
  return [
    {
      name: 'Return',
      value: shown(observed.total_return_pct, 2, ' %'),
      tone: signOf(observed.total_return_pct),
      below: range(days.total_return_pct, ' %'),
    },
    {
      name: 'Max drawdown',
      value: shown(observed.max_drawdown_pct, 2, ' %'),
      below: range(days.max_drawdown_pct, ' %'),
    },
    { name: 'Sharpe', value: shown(observed.sharpe), below: `95 % ${intervalText(worth.interval)}` },
    { name: 'Loss', value: percent(days.probability_of_loss), below: 'of the redrawn days' },
    { name: 'Above holding', value: percent(worth.probability_above_benchmark), below: 'by Sharpe ratio' },
  ];
}

function rowsOf({ days, trades, observed }: MontecarloReport): readonly Row[] {
  const of = (name: string, distribution: Distribution): readonly Row[] => [
    { name: `return %, ${name}`, observed: observed.total_return_pct, spread: distribution.total_return_pct },
    { name: `max drawdown %, ${name}`, observed: observed.max_drawdown_pct, spread: distribution.max_drawdown_pct },
    ...(distribution.sharpe === null
      ? []
      : [{ name: `Sharpe, ${name}`, observed: name === 'days' ? observed.sharpe : null, spread: distribution.sharpe }]),
  ];
  return [...of('days', days), ...(trades === null ? [] : of('round trips', trades))];
}

function columnsOf(): readonly Column<Row>[] {
  const figure = (title: string, key: keyof Spread): Column<Row> => ({
    title,
    isFigure: true,
    cell: ({ spread }) => shown(spread[key]),
  });
  return [
    { title: 'figure', cell: ({ name }) => name },
    { title: 'run', isFigure: true, cell: ({ observed }) => shown(observed) },
    figure('mean', 'mean'),
    figure('1 %', 'p1'),
    figure('5 %', 'p5'),
    figure('25 %', 'p25'),
    figure('50 %', 'p50'),
    figure('75 %', 'p75'),
    figure('95 %', 'p95'),
    figure('99 %', 'p99'),
  ];
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)} %`;
}
