import type { ConfigDiff, IntentChange, IntentTerms, Pair } from '../research/config-diff.ts';
import { dollars, percent, priceFigure } from './figures.ts';
import type { Paint } from './paint.ts';
import { type Column, tableLines } from './table.ts';

const MOST_SHOWN = 30;

export function configDiffText(diff: ConfigDiff, paint: Paint): string {
  const { cycles, changed_cycles, intents, turnover_usd, worst_exposure_pct, changes } = diff;
  const [header = '', ...lines] = tableLines(CHANGES, changes.slice(0, MOST_SHOWN));
  const money = (usd: number) => dollars(String(usd));
  return [
    paint('bold', `config ${diff.old_config_hash} -> ${diff.new_config_hash} over ${cycles} recorded cycles`),
    `cycles that order differently  ${changed_cycles}`,
    `intents            ${pair(intents, String)}: ${intents.same} the same, ${intents.altered} altered, ${intents.only_old} gone, ${intents.only_new} new`,
    `turnover           ${pair(turnover_usd, money)}`,
    `worst exposure     ${pair(worst_exposure_pct, percent)} of equity`,
    ...(changes.length > 0 ? ['', paint('dim', header), ...lines] : []),
    ...(changes.length > MOST_SHOWN ? [`and ${changes.length - MOST_SHOWN} more (--json shows all)`] : []),
  ].join('\n');
}

function pair({ old, new: next }: Pair, text: (value: number) => string): string {
  return `${text(old)} -> ${text(next)}`;
}

const CHANGES: readonly Column<IntentChange>[] = [
  { title: 'slot', cell: ({ slot }) => slot.slice(0, 16).replace('T', ' ') },
  { title: 'symbol', cell: ({ symbol }) => symbol },
  { title: 'intent', cell: ({ side, purpose }) => `${side} ${purpose}` },
  { title: '', cell: ({ kind }) => WORDS[kind] },
  { title: 'old', cell: ({ old }) => terms(old) },
  { title: 'new', cell: ({ new: next }) => terms(next) },
  { title: 'instead', cell: ({ instead }) => instead ?? '' },
];

const WORDS = { only_old: 'gone', only_new: 'new', altered: 'altered' } as const;

function terms(of: IntentTerms | null): string {
  return of === null ? '' : `${of.quantity} at ${priceFigure(Number(of.limit_price))}, ${of.route}, ${of.reason}`;
}
