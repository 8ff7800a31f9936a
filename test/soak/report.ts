import { tableLines } from '../../cli/render/table.ts';
import type { Figures } from './figures.ts';
import type { Break } from './judge.ts';
import type { NightResult } from './night.ts';

const MOST_BREAKS_SHOWN = 20;

/** What the command prints: the five figures first, then what the run was made of. */
export interface SoakReport extends Figures {
  readonly ok: boolean;
  readonly seed: number;
  readonly duplicates: number;
  readonly lost_fills: number;
  readonly oversells: number;
  readonly unexplained: number;
  readonly ledger_breaks: number;
  /** The only figure that differs between two runs of a seed. */
  readonly seconds: number;
  readonly breaks: readonly Break[];
}

export function reportOf(seed: number, { figures, breaks }: NightResult, seconds: number): SoakReport {
  const count = (kind: Break['kind']) => breaks.filter((found) => found.kind === kind).length;
  const { intents, ...rest } = figures;
  return {
    ok: breaks.length === 0,
    seed,
    intents,
    duplicates: count('duplicate'),
    lost_fills: count('lost_fill'),
    oversells: count('oversell'),
    unexplained: count('unexplained'),
    ledger_breaks: count('ledger'),
    ...rest,
    seconds,
    breaks: breaks.slice(0, MOST_BREAKS_SHOWN),
  };
}

export function textOf({ breaks, endings, ok, ...figures }: SoakReport): string {
  const rows = (entries: object) =>
    tableLines<readonly [string, number]>(
      [
        { title: '', cell: ([name]) => name.replaceAll('_', ' ') },
        { title: '', align: 'right', cell: ([, value]) => value.toLocaleString('en-US') },
      ],
      Object.entries(entries) as (readonly [string, number])[],
    );
  const found = breaks.map(({ kind, subject, detail }) => `  ${kind} ${subject}: ${detail}`);
  return [
    ...rows(figures),
    '',
    'how the orders ended',
    ...rows(endings),
    '',
    ok ? 'Nothing was placed twice, lost, oversold or left unexplained.' : `BROKEN\n${found.join('\n')}`,
  ].join('\n');
}
