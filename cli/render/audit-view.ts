import type { Assessment } from '../books/assessment.ts';
import type { AuditedLeg, AuditReport } from '../books/audit-report.ts';
import type { DisposalLine } from '../books/pnl.ts';
import { dollars, minuteOf, percent, priceFigure } from './figures.ts';
import { legLines } from './leg-lines.ts';
import type { Paint } from './paint.ts';
import { type Column, tableLines } from './table.ts';

/** The chain of one intent for a person, link by link. */
export function auditText(report: AuditReport, paint: Paint): string {
  const { intent_id, bot_id, decided, intent } = report;
  const head = `${intent_id}  ${intent.side} ${intent.product_id} ${intent.purpose} ${intent.reason} (${intent.strategy})`;
  return [
    paint('bold', head),
    section('1 decided', decidedLines(report), paint),
    section('2 proposal', proposalLines(report), paint),
    section('3 risk', riskLines(report.assessment), paint),
    section('4 intent', intentLines(report), paint),
    ...report.legs.map((leg) => section(`5 order ${leg.client_order_id}`, orderLines(leg), paint)),
    section('6 profit', pnlLines(report), paint),
    `bot ${bot_id}  mode ${decided.mode}`,
  ].join('\n\n');
}

function section(title: string, lines: readonly string[], paint: Paint): string {
  return [paint('bold', title), ...lines.map((line) => `  ${line}`)].join('\n');
}

function decidedLines({ decided, quote }: AuditReport): readonly string[] {
  const market =
    quote === null
      ? 'the market of that moment is not on record'
      : `bid ${quote.bid}  ask ${quote.ask}${quote.source === 'archive' ? '  (from the archived inputs)' : ''}`;
  return [`slot ${minuteOf(Date.parse(decided.slot))} UTC  config ${decided.config_hash}`, market];
}

function proposalLines({ assessment, assessment_source }: AuditReport): readonly string[] {
  if (assessment === null) return ['not on record, and the inputs of its cycle were not found'];
  const { proposal, reason, agreed_by } = assessment;
  const again = assessment_source === 'archive' ? ['(its slot decided again from the archived inputs)'] : [];
  if (proposal === null) return [`none: the exit kit's own, because of ${reason}`, ...again];
  const trigger = Object.entries(proposal.trigger).map(([name, value]) => `${name} ${figure(value)}`);
  return [
    `${proposal.reason} by ${proposal.strategy}  size ${percent(proposal.notional_pct)}  stop ${percent(proposal.stop_loss_pct)}  target ${percent(proposal.take_profit_pct)}  conviction ${proposal.conviction.toFixed(2)}`,
    ...(trigger.length === 0 ? [] : [`trigger: ${trigger.join('  ')}`]),
    ...(agreed_by.length > 1 ? [`asked for by ${agreed_by.join(', ')}`] : []),
    ...again,
  ];
}

type RiskLine = Assessment['records'][number];

const RISK: readonly Column<RiskLine>[] = [
  { title: 'rule', cell: ({ rule }) => rule },
  { title: 'verdict', cell: ({ verdict }) => verdict },
  { title: 'cap', cell: ({ cap_type }) => cap_type ?? '' },
  { title: 'current', align: 'right', cell: ({ current_pct }) => pct(current_pct) },
  { title: 'proposed', align: 'right', cell: ({ proposed_pct }) => pct(proposed_pct) },
  { title: 'limit', align: 'right', cell: ({ limit_pct }) => pct(limit_pct) },
  { title: 'detail', cell: ({ risk_reason, detail }) => [risk_reason, detail].filter((text) => text).join(': ') },
];

function riskLines(assessment: Assessment | null): readonly string[] {
  if (assessment === null) return ['not on record'];
  const { records } = assessment;
  if (records.length === 0) return ['no rule was asked'];
  const plain = records.filter((record) => record.verdict === 'allow' && !hasFigures(record)).map(({ rule }) => rule);
  const telling = records.filter((record) => record.verdict !== 'allow' || hasFigures(record));
  return [
    ...(telling.length === 0 ? [] : tableLines(RISK, telling)),
    ...(plain.length === 0 ? [] : [`allowed, without figures: ${plain.join(', ')}`]),
  ];
}

function hasFigures({ current_pct, proposed_pct, limit_pct, detail }: RiskLine): boolean {
  return [current_pct, proposed_pct, limit_pct, detail].some((value) => value !== null);
}

function intentLines({ intent, filled, legs }: AuditReport): readonly string[] {
  const stops = [
    ...(intent.stop_price === null ? [] : [`stop ${intent.stop_price}`]),
    ...(intent.take_profit_price === null ? [] : [`target ${intent.take_profit_price}`]),
  ];
  const average = filled.average_price === null ? '' : ` at ${priceFigure(filled.average_price)} on average`;
  return [
    `${intent.quantity} at ${intent.limit_price} or better  reserved ${dollars(intent.reserved)}  as ${intent.route?.kind ?? 'taker'}  ${stops.join('  ')}`.trimEnd(),
    ...(intent.replaces == null ? [] : [`after ${intent.replaces} has ended`]),
    `filled ${filled.quantity}${average} = ${dollars(filled.value_usd)}, fees ${dollars(filled.fees_usd)}, in ${legs.length === 1 ? '1 order' : `${legs.length} orders`}`,
  ];
}

function orderLines(leg: AuditedLeg): readonly string[] {
  return [...legLines(leg), ...fillLines(leg)];
}

type FillLine = AuditedLeg['fills'][number];

const FILLS: readonly Column<FillLine>[] = [
  { title: 'fill', cell: ({ entry_id }) => entry_id },
  { title: 'time (UTC)', cell: ({ time_ms }) => new Date(time_ms).toISOString().slice(0, 19).replace('T', ' ') },
  { title: 'quantity', align: 'right', cell: ({ quantity }) => quantity },
  { title: 'price', align: 'right', cell: ({ price }) => price },
  { title: 'fee', align: 'right', cell: ({ commission }) => dollars(commission) },
  { title: '', cell: ({ liquidity, trade_type }) => (trade_type === 'FILL' ? liquidity : `${trade_type}!`) },
  { title: 'bps past the quote', align: 'right', cell: ({ slippage_bps }) => bps(slippage_bps.quote) },
  { title: 'past the limit', align: 'right', cell: ({ slippage_bps }) => bps(slippage_bps.limit) },
];

function fillLines({ fills }: AuditedLeg): readonly string[] {
  return fills.length === 0 ? ['no fills'] : tableLines(FILLS, fills);
}

const DISPOSALS: readonly Column<DisposalLine>[] = [
  { title: 'sold', cell: ({ sold_at }) => minuteOf(Date.parse(sold_at)) },
  {
    title: 'bought',
    cell: ({ acquired_at }) => (acquired_at === null ? 'unknown' : minuteOf(Date.parse(acquired_at))),
  },
  { title: 'quantity', align: 'right', cell: ({ quantity }) => quantity },
  { title: 'cost', align: 'right', cell: ({ cost_usd }) => (cost_usd === null ? '' : dollars(cost_usd)) },
  { title: 'proceeds', align: 'right', cell: ({ proceeds_usd }) => dollars(proceeds_usd) },
  { title: 'gain', align: 'right', cell: ({ gain_usd }) => (gain_usd === null ? '' : dollars(gain_usd)) },
  { title: 'sold by', cell: ({ sell_client_order_id }) => sell_client_order_id },
];

function pnlLines({ pnl, intent }: AuditReport): readonly string[] {
  const held = intent.side === 'BUY' ? [`still held of it: ${pnl.open_quantity}`] : [];
  const odd =
    pnl.adjustments === 0 ? [] : [`${pnl.adjustments} adjustments by the exchange are in none of these figures`];
  if (pnl.realised_usd === null) return ['nothing realised', ...held, ...odd];
  return [
    `realised ${dollars(pnl.realised_usd)} after fees, lots first in first out`,
    ...tableLines(DISPOSALS, pnl.disposals),
    ...held,
    ...odd,
  ];
}

function bps(value: number | null): string {
  return value === null ? '' : value.toFixed(2);
}

function pct(value: number | null): string {
  return value === null ? '' : percent(value);
}

function figure(value: number | null): string {
  return value === null ? '-' : priceFigure(value);
}
