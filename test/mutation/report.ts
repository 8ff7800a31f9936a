import type { Result } from './plan.ts';

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

/** The page of one folder or file: scores, and every mutant that no test noticed. */
export function reportText(results: readonly Result[], path: string): string {
  const own = results.filter(({ file }) => file === path || file.startsWith(`${path}/`));
  const files = [...new Set(own.map(({ file }) => file))];
  const survivors = own.filter(({ outcome }) => outcome === 'survived').map(survivorLine);
  return `${[
    `# Mutants of ${path}`,
    `Written by \`npm run mutation -- ${path}\`. What a mutant is: [Mutation testing](../mutation.md).`,
    '## Scores',
    [
      '| file | mutants | found | score |',
      '|---|---:|---:|---:|',
      row(`**${path}**`, scoreOf(own, path)),
      ...files.map((file) => row(file, scoreOf(own, file))),
    ].join('\n'),
    '## Not noticed',
    ['| where | operator | fault |', '|---|---|---|', ...survivors].join('\n'),
  ].join('\n\n')}\n`;
}

/** The same for machines. */
export function jsonOf(results: readonly Result[], paths: readonly string[]): object {
  const scores = paths.map((path) => ({ path, ...scoreOf(results, path) }));
  return { scores, survivors: results.filter(({ outcome }) => outcome === 'survived') };
}

function row(name: string, { mutants, found, pct }: Score): string {
  return `| ${name} | ${mutants} | ${found} | ${pct.toFixed(1)} % |`;
}

export function survivorLine({ file, line, operator, from, to }: Result): string {
  const change = to === '' ? `\`${escaped(from)}\` left out` : `\`${escaped(from)}\` -> \`${escaped(to)}\``;
  return `| ${file}:${line} | ${operator} | ${change} |`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
