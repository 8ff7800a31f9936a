import type { RiskRecord, UniverseRecord } from '../../shared/core/cycle/decision.ts';
import { toNumber, toText } from '../../shared/core/money/fixed.ts';
import type { ApprovedOrder } from '../../shared/core/risk/approved-order.ts';
import type { Funnel } from '../decision/funnel.ts';
import { dollars, minuteOf, percent, priceFigure, reasonsText } from './figures.ts';
import type { Paint } from './paint.ts';
import { shadowTable } from './shadow-view.ts';
import { type Column, tableLines } from './table.ts';

type Asked = Funnel['asked'][number];

/** The funnel for a person, stage by stage. */
export function funnelText(funnel: Funnel, paint: Paint): string {
  return [
    headline(funnel, paint),
    section('1 universe', universeTitle(funnel), universeLines(funnel), paint),
    section('2 strategies', strategiesTitle(funnel), tableLines(STRATEGIES, funnel.strategies), paint),
    section('3 proposals', String(funnel.asked.length), tableLines(PROPOSALS, funnel.asked), paint),
    ...shadowSection(funnel, paint),
    section('4 budgets', '', budgetLines(funnel), paint),
    section('5 risk', '', riskLines(funnel, paint), paint),
    section('6 orders', String(funnel.orders.length), tableLines(ORDERS, funnel.orders), paint),
    section('7 reasons', '', tableLines(REASONS, funnel.reasons), paint),
  ].join('\n\n');
}

/** The short form: what was ordered, and why nothing else was. */
export function decisionText(funnel: Funnel, paint: Paint): string {
  return [
    headline(funnel, paint),
    section('orders', String(funnel.orders.length), tableLines(ORDERS, funnel.orders), paint),
    section('reasons', '', tableLines(REASONS, funnel.reasons), paint),
  ].join('\n\n');
}

function headline(
  { slot, config_hash, equity, drawdown_pct, regime, regime_source, regime_multiplier, gates }: Funnel,
  paint: Paint,
) {
  const first = paint('bold', `slot ${minuteOf(Date.parse(slot))} UTC`);
  const figures = `config ${config_hash}  equity ${dollars(equity)}  drawdown ${percent(drawdown_pct)}  regime ${regime} (${regime_source}) x ${regime_multiplier}`;
  const stops = gates.map(({ gate, reason }) => paint('red', `gate ${gate}: ${reason}`));
  return [`${first}  ${figures}`, ...stops].join('\n');
}

/** The first line is the header of the table; a table of nothing is one word. */
function section(name: string, title: string, lines: readonly string[], paint: Paint): string {
  const [header = '', ...rest] = lines;
  const body = rest.length === 0 ? ['  none'] : [`  ${paint('dim', header)}`, ...rest.map((line) => `  ${line}`)];
  return [paint('bold', title === '' ? name : `${name}: ${title}`), ...body].join('\n');
}

function universeTitle({ universe }: Funnel): string {
  return `${universe.filter(({ eligible }) => eligible).length} of ${universe.length} eligible`;
}

const UNIVERSE: readonly Column<UniverseRecord>[] = [
  { title: 'symbol', cell: ({ symbol }) => symbol },
  { title: 'tier', cell: ({ tier }) => tier },
  { title: 'theme', cell: ({ theme }) => theme ?? '' },
  { title: 'state', cell: ({ eligible, exclusion_reason }) => (eligible ? 'eligible' : (exclusion_reason ?? '-')) },
  { title: 'volume 24h', align: 'right', cell: ({ figures }) => volumeText(figures['volume_24h_usd']) },
  { title: 'spread bps', align: 'right', cell: ({ figures }) => figureText(figures['spread_bps']) },
  { title: 'quote age s', align: 'right', cell: ({ figures }) => figureText(figures['quote_age_seconds']) },
  { title: 'bars', align: 'right', cell: ({ figures }) => figureText(figures['bars']) },
];

/** All figures of one symbol with their thresholds; of many, a few in columns. */
function universeLines({ universe }: Funnel): readonly string[] {
  const lines = tableLines(UNIVERSE, universe);
  const [only, ...others] = universe;
  if (only === undefined || others.length > 0) return lines;
  return [
    ...lines,
    ...Object.entries(only.figures).map(([name, value]) => `  ${name.padEnd(28)} ${figureText(value)}`),
  ];
}

function strategiesTitle({ strategies }: Funnel): string {
  return `${strategies.filter(({ status }) => status === 'ran').length} of ${strategies.length} ran`;
}

const STRATEGIES: readonly Column<Funnel['strategies'][number]>[] = [
  { title: 'strategy', cell: ({ strategy }) => strategy },
  { title: 'status', cell: ({ status }) => status },
  { title: 'proposals', align: 'right', cell: ({ proposals_count }) => String(proposals_count) },
  { title: 'ordered', align: 'right', cell: ({ ordered }) => String(ordered) },
  { title: 'rejected', cell: ({ rejected }) => reasonsText(rejected) },
  { title: 'detail', cell: ({ detail }) => detail ?? '' },
];

type Wanted = Pick<Asked, 'symbol' | 'side' | 'strategy' | 'reason' | 'proposal'>;

const WANTED: readonly Column<Wanted>[] = [
  { title: 'symbol', cell: ({ symbol }) => symbol },
  { title: 'side', cell: ({ side }) => side },
  { title: 'asked by', cell: ({ strategy }) => strategy ?? 'exit kit' },
  { title: 'reason', cell: ({ reason }) => reason },
  { title: 'size', align: 'right', cell: ({ proposal }) => pct(proposal?.notional_pct) },
  { title: 'stop', align: 'right', cell: ({ proposal }) => pct(proposal?.stop_loss_pct) },
  { title: 'target', align: 'right', cell: ({ proposal }) => pct(proposal?.take_profit_pct) },
  { title: 'conviction', align: 'right', cell: ({ proposal }) => proposal?.conviction.toFixed(2) ?? '' },
  { title: 'trigger', cell: ({ proposal }) => figuresText(proposal?.trigger ?? {}) },
];

const PROPOSALS: readonly Column<Asked>[] = [
  ...WANTED.slice(0, -1),
  { title: 'outcome', cell: ({ outcome, risk_reason }) => risk_reason ?? outcome },
  ...WANTED.slice(-1),
];

/** Only where there are any: what was looked on at, without authority. */
function shadowSection({ shadow_proposals, shadow_scores }: Funnel, paint: Paint): readonly string[] {
  const asked = shadow_proposals.map((proposal) => ({ ...proposal, proposal }));
  const proposals = section(
    'shadow proposals',
    `${asked.length}, none of them ordered`,
    tableLines(WANTED, asked),
    paint,
  );
  const scores = section('shadow scores', 'on paper, after this cycle', shadowTable(shadow_scores), paint);
  return [...(asked.length > 0 ? [proposals] : []), ...(shadow_scores.length > 0 ? [scores] : [])];
}

type Told = RiskRecord & { readonly symbol: string; readonly by: string };

const RECORD: readonly Column<RiskRecord>[] = [
  { title: 'rule', cell: ({ rule }) => rule },
  { title: 'verdict', cell: ({ verdict }) => verdict },
  { title: 'risk_reason', cell: ({ risk_reason }) => risk_reason ?? '' },
  { title: 'cap', cell: ({ cap_type }) => cap_type ?? '' },
  { title: 'current', align: 'right', cell: ({ current_pct }) => pct(current_pct) },
  { title: 'proposed', align: 'right', cell: ({ proposed_pct }) => pct(proposed_pct) },
  { title: 'limit', align: 'right', cell: ({ limit_pct }) => pct(limit_pct) },
  { title: 'detail', cell: ({ detail }) => detail ?? '' },
];

const BUDGETS: readonly Column<Told>[] = [
  { title: 'symbol', cell: ({ symbol }) => symbol },
  { title: 'strategy', cell: ({ by }) => by },
  ...RECORD,
];

function budgetLines({ asked }: Funnel): readonly string[] {
  const told = asked.flatMap(({ symbol, strategy, budget_records }) =>
    budget_records.map((record) => ({ ...record, symbol, by: strategy ?? 'exit kit' })),
  );
  return tableLines(BUDGETS, told);
}

/** One table for each candidate, below a line that says what it was and how it ended. */
function riskLines({ asked }: Funnel, paint: Paint): readonly string[] {
  const judged = asked.filter(({ risk_records }) => risk_records.length > 0);
  if (judged.length === 0) return [];
  const lines = judged.flatMap((each) => [
    `${each.symbol} ${each.side} ${each.purpose} ${each.reason} (${each.strategy ?? 'exit kit'}): ${verdictText(each, paint)}`,
    ...tableLines(RECORD, each.risk_records).map((line) => `  ${line}`),
  ]);
  return ['every rule on every candidate', ...lines];
}

function verdictText({ outcome, risk_reason, client_order_id }: Asked, paint: Paint): string {
  if (outcome === 'approved') return paint('green', `approved as ${client_order_id}`);
  return paint('red', `rejected: ${risk_reason}`);
}

const ORDERS: readonly Column<ApprovedOrder>[] = [
  { title: 'client_order_id', cell: ({ client_order_id }) => client_order_id },
  { title: 'side', cell: ({ side }) => side },
  { title: 'symbol', cell: ({ product_id }) => product_id },
  { title: 'quantity', align: 'right', cell: ({ quantity }) => toText(quantity) },
  { title: 'limit', align: 'right', cell: ({ limit_price }) => toText(limit_price) },
  { title: 'reserved', align: 'right', cell: ({ reserved }) => dollars(toText(reserved)) },
  { title: 'stop', align: 'right', cell: ({ stop_price }) => (stop_price === null ? '' : figure(stop_price)) },
  {
    title: 'target',
    align: 'right',
    cell: ({ take_profit_price }) => (take_profit_price === null ? '' : figure(take_profit_price)),
  },
];

const REASONS: readonly Column<Funnel['reasons'][number]>[] = [
  { title: 'symbol', cell: ({ symbol }) => symbol },
  { title: 'outcome', cell: ({ outcome }) => outcome },
  { title: 'reason', cell: ({ reason }) => reason },
  { title: 'detail', cell: ({ detail }) => detail ?? '' },
];

function figure(price: NonNullable<ApprovedOrder['stop_price']>): string {
  return priceFigure(toNumber(price));
}

function pct(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : percent(value);
}

function figuresText(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${priceFigure(value)}`)
    .join('  ');
}

function figureText(value: string | number | null | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? priceFigure(value) : (value ?? '-');
}

function volumeText(value: string | number | null | undefined): string {
  return typeof value === 'string' ? dollars(value) : figureText(value);
}
