import type { Hurdle, PackLine } from '../decision/pack.ts';
import type { ShadowScore } from '../decision/shadow-score.ts';
import type { Paint } from './paint.ts';
import { shadowTable } from './shadow-view.ts';
import { type Column, tableLines } from './table.ts';

export interface PackReport {
  readonly stage: string;
  readonly config_hash: string;
  readonly base_interval: string;
  readonly fees: { readonly taker_bps: number; readonly source: string };
  readonly min_edge_multiple: number;
  readonly hurdles: readonly Hurdle[];
  readonly strategies: readonly PackLine[];
  /** null: no cycle was given to take them from. */
  readonly shadow_scores: readonly ShadowScore[] | null;
}

/** The pack for a person: one line each, then what every tier asks for, then the parameters. */
export function packText(report: PackReport, paint: Paint): string {
  const { stage, config_hash, base_interval, fees, min_edge_multiple, hurdles, strategies } = report;
  const [header = '', ...lines] = tableLines(PACK, strategies);
  const [tierHeader = '', ...tiers] = tableLines(HURDLES, hurdles);
  return [
    `${paint('bold', `stage ${stage}`)}  config ${config_hash}  cycles on ${base_interval} bars`,
    '',
    paint('dim', header),
    ...lines.map((line, i) => (strategies[i]?.state === 'enabled' ? paint('bold', line) : line)),
    '',
    `needed edge: ${min_edge_multiple} x a round trip (taker ${fees.taker_bps} bps twice, ${SOURCES[fees.source] ?? fees.source}; widest spread; slippage budget twice)`,
    paint('dim', tierHeader),
    ...tiers,
    '',
    ...shadowLines(report, paint),
    'parameters',
    ...strategies.map(({ strategy, params }) => `  ${strategy}: ${paramsText(params)}`),
  ].join('\n');
}

const SOURCES: Readonly<Record<string, string>> = { account: "the account's own tier", config: 'as configured' };

const PACK: readonly Column<PackLine>[] = [
  { title: 'strategy', cell: ({ strategy }) => strategy },
  { title: 'state', cell: ({ state }) => state },
  { title: 'bars', align: 'right', cell: ({ interval }) => interval ?? '' },
  { title: 'warm-up', align: 'right', cell: ({ warmup_bars }) => text(warmup_bars) },
  { title: 'priority', align: 'right', cell: ({ priority }) => text(priority) },
  { title: 'at risk', align: 'right', cell: ({ budgets }) => (budgets ? `${budgets.max_strategy_at_risk_pct}%` : '') },
  { title: 'trades', align: 'right', cell: ({ budgets }) => text(budgets?.max_trades_per_cycle_per_strategy) },
  { title: 'triggers', align: 'right', cell: ({ budgets }) => text(budgets?.max_triggers_per_cycle) },
  { title: 'offers bps', align: 'right', cell: ({ offered_edge_bps }) => text(offered_edge_bps) },
  { title: 'by', cell: ({ offered_by }) => offered_by ?? '' },
  {
    title: 'clears',
    cell: ({ clears, offered_edge_bps }) => clears.join(' ') || (offered_edge_bps === null ? '' : 'none'),
  },
  { title: 'readme', cell: ({ readme }) => readme },
];

const HURDLES: readonly Column<Hurdle>[] = [
  { title: 'tier', cell: ({ tier }) => tier },
  { title: 'round trip bps', align: 'right', cell: ({ round_trip_bps }) => round_trip_bps.toFixed(1) },
  { title: 'needed bps', align: 'right', cell: ({ needed_edge_bps }) => needed_edge_bps.toFixed(1) },
];

/** What the shadows have made so far, or how to be shown it; nothing where there are none. */
function shadowLines({ strategies, shadow_scores }: PackReport, paint: Paint): readonly string[] {
  const isAny = (shadow_scores?.length ?? 0) > 0 || strategies.some(({ state }) => state === 'shadow');
  if (!isAny) return [];
  if (shadow_scores === null) return ['shadow scores: give an archived cycle with --snapshot', ''];
  const [header = '', ...lines] = shadowTable(shadow_scores);
  return ['shadow scores, on paper', ...(lines.length > 0 ? [paint('dim', header), ...lines] : ['none yet']), ''];
}

function paramsText(params: PackLine['params']): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(', ');
}

function text(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
