import type { Evidence } from './evidence.ts';

export interface Matrix {
  readonly markdown: string;
  /** Ids of the list that no passing test carries, or that a failing one does. */
  readonly unproven: readonly string[];
  /** Ids in test titles that the list does not know: a slip of the pen. */
  readonly unknown: readonly string[];
}

/** The traceability matrix as Markdown: no dates and no durations, so the same outcome gives the same text. */
export function buildMatrix(requirements: Readonly<Record<string, string>>, evidence: readonly Evidence[]): Matrix {
  const ids = Object.keys(requirements);
  const byId = (id: string) => evidence.filter((row) => row.id === id);
  const unproven = ids.filter((id) => verdictOf(byId(id)) !== 'pass');
  const unknown = [...new Set(evidence.map(({ id }) => id))].filter((id) => !ids.includes(id));

  const markdown = [
    '# Traceability',
    '',
    'Written by `npm run rtm` from the tests that really ran; do not edit. A test proves an id by carrying it in its title.',
    '',
    `${ids.length - unproven.length} of ${ids.length} requirements and invariants have passing tests and no failing one.`,
    '',
    '| id | what | passed | failed | skipped | verdict |',
    '|---|---|---|---|---|---|',
    ...ids.map((id) => matrixRow(id, requirements[id] ?? '', byId(id))),
    '',
    'A pass says that the tests named below hold, not that they cover every word of the requirement.',
    '',
    '## Without proof',
    '',
    ...(unproven.length === 0 ? ['None.'] : unproven.map((id) => `- ${id}: ${requirements[id]}`)),
    '',
    '## Evidence',
    ...ids.filter((id) => byId(id).length > 0).flatMap((id) => ['', `### ${id}`, '', ...testLines(byId(id))]),
    '',
  ].join('\n');
  return { markdown, unproven, unknown };
}

/** A skipped test proves nothing. */
function verdictOf(rows: readonly Evidence[]): 'pass' | 'FAIL' | 'no test' {
  if (rows.some(({ outcome }) => outcome === 'failed')) return 'FAIL';
  return rows.some(({ outcome }) => outcome === 'passed') ? 'pass' : 'no test';
}

function matrixRow(id: string, title: string, rows: readonly Evidence[]): string {
  const count = (outcome: Evidence['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  return `| ${id} | ${title} | ${count('passed')} | ${count('failed')} | ${count('skipped')} | ${verdictOf(rows)} |`;
}

function testLines(rows: readonly Evidence[]): readonly string[] {
  const files = [...new Set(rows.map(({ file }) => file))];
  return files.flatMap((file) => [
    `- \`${file}\``,
    ...rows.filter((row) => row.file === file).map(({ outcome, title }) => `  - ${outcome}: ${title}`),
  ]);
}
