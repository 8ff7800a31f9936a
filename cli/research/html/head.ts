import type { BacktestReport } from '../../../shared/core/backtest/report-schema.ts';
import { escaped, shown, signOf } from './markup.ts';

/** What was run, and its figures at a glance. */
export function headOf(report: BacktestReport, title: string): string {
  const { run } = report;
  const facts = [
    `${run.interval} bars`,
    `${run.symbols.length} symbols`,
    `stage ${run.stage}`,
    `fees ${run.maker_fee_bps}/${run.taker_fee_bps} bps`,
    `$${shown(Number(run.starting_cash_usd), 0)} to begin with`,
  ];
  const notes = [...stopsOf(report), ...run.adaptations].map((text) => `<li>${escaped(text)}</li>`).join('');
  return [
    `<header><h1>${escaped(title)}</h1>`,
    `<p class="note">${escaped(facts.join(', '))}<br>${escaped(run.strategies.join(', '))}</p>`,
    notes === '' ? '' : `<ul class="note">${notes}</ul>`,
    `<div class="cards">${cardsOf(report).map(cardText).join('')}</div></header>`,
  ].join('');
}

function stopsOf({ gates, run }: BacktestReport): readonly string[] {
  return gates.map(
    ({ gate, slots, first, last }) =>
      `Nothing new under the gate ${gate} in ${slots} of ${run.slots} cycles, ${first.slice(0, 10)} to ${last.slice(0, 10)}`,
  );
}

export interface Card {
  readonly name: string;
  readonly value: string;
  readonly tone?: string;
  readonly below?: string;
}

function cardsOf({ metrics: m, final }: BacktestReport): readonly Card[] {
  const held = (value: number | null, unit: string) => `holding ${shown(value, 2, unit)}`;
  return [
    {
      name: 'Return',
      value: shown(m.total_return_pct, 2, ' %'),
      tone: signOf(m.total_return_pct),
      below: held(m.benchmark_return_pct, ' %'),
    },
    { name: 'A year', value: shown(m.cagr_pct, 2, ' %'), tone: signOf(m.cagr_pct ?? 0) },
    { name: 'Final equity', value: `$${shown(Number(final.equity_usd))}` },
    { name: 'Sharpe', value: shown(m.sharpe), below: held(m.benchmark_sharpe, '') },
    { name: 'Sortino', value: shown(m.sortino) },
    { name: 'Calmar', value: shown(m.calmar) },
    {
      name: 'Max drawdown',
      value: shown(m.max_drawdown_pct, 2, ' %'),
      below: held(m.benchmark_max_drawdown_pct, ' %'),
    },
    { name: 'Longest drawdown', value: shown(m.max_drawdown_days, 0, ' d') },
    { name: 'Win rate', value: shown(m.win_rate_pct, 1, ' %'), below: `${m.round_trips} round trips` },
    { name: 'Profit factor', value: shown(m.profit_factor) },
    {
      name: 'Expectancy',
      value: shown(m.expectancy_usd, 2, ' $'),
      tone: signOf(m.expectancy_usd ?? 0),
      below: 'a round trip',
    },
    { name: 'Fees paid', value: `$${shown(m.fees_paid_usd)}`, below: `${m.fills} fills` },
    { name: 'Turnover', value: shown(m.turnover_per_year, 1, ' x'), below: 'of equity a year' },
    { name: 'In the market', value: shown(m.time_in_market_pct, 1, ' %') },
    { name: 'Beta', value: shown(m.beta, 3) },
    {
      name: 'Excess',
      value: shown(m.excess_return_pct, 2, ' %'),
      tone: signOf(m.excess_return_pct ?? 0),
      below: 'over holding',
    },
  ];
}

export function cardText({ name, value, tone = '', below }: Card): string {
  const small = below === undefined ? '' : `<small>${escaped(below)}</small>`;
  return `<div class="card"><span>${escaped(name)}</span><b class="${tone}">${escaped(value)}</b>${small}</div>`;
}
