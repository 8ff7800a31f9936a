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

/** The page of one folder: scores, and every mutant that no test noticed. */
export function reportText(results: readonly Result[], { folder }: Target): string {
  const own = results.filter(({ file }) => file.startsWith(`${folder}/`));
  const files = [...new Set(own.map(({ file }) => file))];
  const survivors = own.filter(({ outcome }) => outcome === 'survived').map(survivorLine);
  return `${[
    `# Mutants of ${folder}`,
    `Written by \`npm run mutation -- ${folder}\`. What a mutant is: [Mutation testing](../mutation.md).`,
    '## Scores',
    [
      '| file | mutants | found | score |',
      '|---|---:|---:|---:|',
      row(`**${folder}**`, scoreOf(own, folder)),
      ...files.map((file) => row(file, scoreOf(own, file))),
    ].join('\n'),
    '## Not noticed',
    ['| where | operator | fault |', '|---|---|---|', ...survivors].join('\n'),
  ].join('\n\n')}\n`;
}

/** The same for machines. */
export function jsonOf(results: readonly Result[], targets: readonly Target[]): object {
  const scores = targets.map(({ folder }) => ({ folder, ...scoreOf(results, folder) }));
  return { scores, survivors: results.filter(({ outcome }) => outcome === 'survived') };
}

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
