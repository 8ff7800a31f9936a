import type { Result, Target } from './plan.ts';

export const MIN_SCORE_PCT = 85;

export interface Score {
  readonly mutants: number;
  readonly found: number;
  readonly pct: number;
}

/** A mutant is found when a test fails or the tests never end. */
export function scoreOf(results: readonly Result[], prefix: string): Score {
  const own = results.filter(({ file }) => file === prefix || file.startsWith(`${prefix}/`));
  const found = own.filter(({ outcome }) => outcome !== 'survived').length;
  return { mutants: own.length, found, pct: own.length === 0 ? 100 : (100 * found) / own.length };
}

/** The report for docs/mutation.md: scores, and every mutant that no test noticed. */
export function reportText(results: readonly Result[], targets: readonly Target[]): string {
  const files = [...new Set(results.map(({ file }) => file))];
  const rows = targets.flatMap(({ folder }) => [
    row(`**${folder}**`, scoreOf(results, folder)),
    ...files.filter((file) => file.startsWith(`${folder}/`)).map((file) => row(file, scoreOf(results, file))),
  ]);
  const survivors = results.filter(({ outcome }) => outcome === 'survived').map(survivorLine);
  return `${[
    INTRODUCTION,
    '## Scores',
    ['| file | mutants | found | score |', '|---|---:|---:|---:|', ...rows].join('\n'),
    '## Not noticed',
    ['| where | operator | fault |', '|---|---|---|', ...survivors].join('\n'),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `# Mutation testing

Written by \`npm run mutation\`; not part of \`npm test\`, because it takes minutes. It plants one small fault at a time into a
copy of the money and risk code and runs the tests nearest to it, then wider ones. A fault that no test notices is listed
below. The command fails below ${MIN_SCORE_PCT} % for either folder. \`npm run mutation -- shared/core/money\` does one folder.

Faults: a comparison swapped (\`<\` for \`<=\` and \`>=\`), \`&&\` for \`||\`, \`??\` for \`&&\`, arithmetic turned round, \`some\` for
\`every\`, a negation left out, a number one higher, a word emptied, a rounding turned round, a branch always or never taken,
a call or a filter left out. Sentences for people, templates and types are left alone. A mutant after which the tests
never end counts as found; one that would not parse is not counted. Some of the rest are no faults at all, because the code
behaves the same with them (\`remainder < 0n\` for \`remainder <= 0n\` where 0 was handled before).`;

function row(name: string, { mutants, found, pct }: Score): string {
  return `| ${name} | ${mutants} | ${found} | ${pct.toFixed(1)} % |`;
}

function survivorLine({ file, line, operator, from, to }: Result): string {
  const change = to === '' ? `\`${escaped(from)}\` left out` : `\`${escaped(from)}\` -> \`${escaped(to)}\``;
  return `| ${file}:${line} | ${operator} | ${change} |`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
