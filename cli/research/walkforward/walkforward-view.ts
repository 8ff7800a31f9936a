import { tableLines } from '../../render/table.ts';
import type { Card } from '../html/head.ts';
import { lineChart } from '../html/line-chart.ts';
import { type Column, section, shown, signOf, table } from '../html/markup.ts';
import { studyPage } from '../html/study-page.ts';
import { paramsText } from '../study/grid.ts';
import { intervalText, worthLines, worthTable } from '../study/worth-view.ts';
import type { WalkforwardReport } from './walkforward-schema.ts';

type Row = WalkforwardReport['windows'][number];

/** What the curve of the tests says, on one screen. */
export function walkforwardText(report: WalkforwardReport): string {
  const { run, windows, out_of_sample: own, benchmark, worth, haircut, trials } = report;
  const held = (of: 'total_return_pct' | 'sharpe' | 'max_drawdown_pct') => benchmark?.[of]?.toFixed(2) ?? '-';
  return [
    `${run.from.slice(0, 10)} to ${run.to.slice(0, 10)}, ${windows.length} tests out of sample, ${howText(report)}`,
    '',
    ...tableLines(
      windowColumns(3).map(({ title, isFigure, cell }) => ({ title, align: isFigure ? 'right' : 'left', cell })),
      windows,
    ),
    '',
    `return ${own.total_return_pct.toFixed(2)} % (holding ${held('total_return_pct')} %), Sharpe ${own.sharpe?.toFixed(2) ?? '-'} (holding ${held('sharpe')}), max drawdown ${own.max_drawdown_pct.toFixed(2)} % (holding ${held('max_drawdown_pct')} %)`,
    ...worthLines(worth, null).map(([name, value]) => `${name}: ${value}`),
    `as one of ${trials} tries: p ${haircut.p_holm?.toFixed(3) ?? '-'} (alone ${haircut.p?.toFixed(3) ?? '-'}), Sharpe ${haircut.haircut_sharpe?.toFixed(2) ?? '-'} after the haircut`,
  ].join('\n');
}

export function walkforwardPage(report: WalkforwardReport): string {
  const { equity, worth } = report;
  const times = equity.map(({ time }) => time);
  const lines = [
    { name: 'out of sample', tone: 't0', values: equity.map((point) => point.equity) },
    { name: 'holding the reference', tone: 't1', values: equity.map((point) => point.benchmark) },
  ].filter(({ values }) => values.some((value) => value !== null));
  const chart = lineChart(times, lines, { label: 'Equity of the tests', scale: 'linear', unit: '' });
  return studyPage({
    title: `Walk-forward, ${report.windows.length} tests`,
    run: report.run,
    notes: [howText(report)],
    cards: cardsOf(report),
    sections: [
      section(
        'Tests one after the other',
        'A dollar at the start; every test begins in cash and pays to sell out at its end.',
        chart,
      ),
      section(
        'What it is worth',
        `As one of ${report.trials} tries: p ${shown(report.haircut.p_holm, 3)}.`,
        worthTable(worth, null),
      ),
      section(
        'Windows',
        'What was chosen on the training, and what it did in the test.',
        table(windowColumns(20), report.windows),
      ),
    ],
  });
}

function howText({ mode, train_days, test_days, embargo_days, choice }: WalkforwardReport): string {
  if (mode === 'no_fit') return `tests of ${test_days} days with the parameters as shipped: nothing is fitted`;
  const training = mode === 'anchored' ? `all days before (at least ${train_days})` : `the ${train_days} days before`;
  return `each test of ${test_days} days with the best by ${choice.criterion} of ${training}, an embargo of ${embargo_days} d between`;
}

function cardsOf({ out_of_sample: own, benchmark, worth, haircut, ...report }: WalkforwardReport): readonly Card[] {
  const held = (value: number | null | undefined, unit: string) => `holding ${shown(value ?? null, 2, unit)}`;
  return [
    {
      name: 'Return',
      value: shown(own.total_return_pct, 2, ' %'),
      tone: signOf(own.total_return_pct),
      below: held(benchmark?.total_return_pct, ' %'),
    },
    { name: 'Sharpe', value: shown(own.sharpe), below: held(benchmark?.sharpe, '') },
    { name: '95 % of Sharpe', value: intervalText(worth.interval) },
    {
      name: 'Max drawdown',
      value: shown(own.max_drawdown_pct, 2, ' %'),
      below: held(benchmark?.max_drawdown_pct, ' %'),
    },
    { name: 'After haircut', value: shown(haircut.haircut_sharpe), below: `Sharpe, one of ${report.trials}` },
    {
      name: 'Tests won',
      value: `${report.windows_won} of ${report.windows.length}`,
      below: `${report.windows_above_benchmark} above holding`,
    },
    { name: 'In training', value: shown(report.train_sharpe), below: `tested ${shown(report.test_sharpe)}` },
    { name: 'Round trips', value: shown(report.round_trips, 0), below: `fees $${shown(report.fees_paid_usd)}` },
  ];
}

function windowColumns(mostNames: number): readonly Column<Row>[] {
  const figure = (title: string, of: (row: Row) => number | null, digits = 2): Column<Row> => ({
    title,
    isFigure: true,
    cell: (row) => shown(of(row), digits),
  });
  return [
    {
      title: 'trained',
      cell: ({ train }) => (train === null ? '' : `${train.from.slice(0, 10)} to ${train.to.slice(0, 10)}`),
    },
    { title: 'tested', cell: ({ test }) => `${test.from.slice(0, 10)} to ${test.to.slice(0, 10)}` },
    { title: 'chosen', cell: ({ train }) => chosenText(train, mostNames) },
    figure('train Sharpe', ({ train }) => train?.metrics.sharpe ?? null),
    figure('deflated %', ({ train }) => percentOf(train?.deflation.deflated_sharpe ?? null), 1),
    figure('test Sharpe', ({ test }) => test.metrics.sharpe),
    { ...figure('return %', ({ test }) => test.return_pct), mark: ({ test }) => signOf(test.return_pct) },
    figure('holding %', ({ test }) => test.metrics.benchmark_return_pct),
    figure('drawdown %', ({ test }) => test.metrics.max_drawdown_pct),
    figure('round trips', ({ test }) => test.metrics.round_trips, 0),
  ];
}

function chosenText(train: Row['train'], most: number): string {
  if (train === null || !train.is_chosen) return 'as shipped';
  const entries = Object.entries(train.params);
  const text = paramsText(Object.fromEntries(entries.slice(0, most)));
  return entries.length > most ? `${text}, ...` : text;
}

function percentOf(share: number | null): number | null {
  return share === null ? null : share * 100;
}
