import { stripTypeScriptTypes } from 'node:module';
import { nesting, type Token, tokensOf } from './tokens.ts';

/** The body of a function or a block of statements: whoever runs it passes its begin. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  /** An expression after an arrow stands in brackets to be probed. */
  readonly isExpression: boolean;
}

/** Stands in the copy of the checkout that is mutated. */
export const REACH_FILE = '.reach.jsonl';

export interface Passed {
  readonly module: string;
  /** null: while the file was loaded, or between its tests. All of them may lean on that. */
  readonly test: string | null;
  readonly ms: number;
  /** `<file>:<begin>` of each. */
  readonly stretches: readonly string[];
}

/** The name under which probes and tests share what was passed. */
export const REACHED = 'reached_by_test';

/** The file with a probe at the begin of every stretch that runs as a whole, and one for being loaded at all. */
export function probed(source: string, file: string): string {
  const edits = stretchesOf(source).flatMap(({ start, end, isExpression }) =>
    isExpression
      ? [
          { at: start, text: `(${probe(file, start)}, ` },
          { at: end, text: ')' },
        ]
      : [{ at: start, text: `${probe(file, start)};` }],
  );
  const inOrder = edits.map((edit, i) => ({ ...edit, i })).sort((a, b) => b.at - a.at || b.i - a.i);
  const text = inOrder.reduce((all, { at, text }) => all.slice(0, at) + text + all.slice(at), source);
  return `${text}\n${probe(file, LOADED)};\n`;
}

/** Whoever has loaded the file has run what stands outside of its functions. */
export const LOADED = -1;

/**
 * The innermost stretch around a place; of a constant that the file keeps to itself, those that name it; of what a function takes
 * where it is told nothing, its body.
 */
export function stretchesAt(source: string, place: number): readonly number[] {
  const innermost = stretchAt(source, place);
  if (innermost !== LOADED) return [innermost];
  const statement =
    source
      .slice(0, place)
      .match(/^\w[^=(\n]*/gm)
      ?.at(-1) ?? '';
  if (/\bfunction\b/.test(statement))
    return stretchesOf(source)
      .flatMap(({ start }) => (start > place ? [start] : []))
      .slice(0, 1);
  const name = /^const (\w+)/.exec(statement)?.[1];
  if (name === undefined) return [LOADED];
  const uses = tokensOf(stripTypeScriptTypes(source)).filter(({ text, start }) => text === name && start > place);
  return [...new Set(uses.map(({ start }) => stretchAt(source, start)))];
}

function stretchAt(source: string, place: number): number {
  const around = stretchesOf(source).filter(({ start, end }) => start <= place && place < end);
  return Math.max(LOADED, ...around.map(({ start }) => start));
}

function probe(file: string, start: number): string {
  return `(globalThis as unknown as Record<string, Set<string>>)['${REACHED}']?.add('${file}:${start}')`;
}

function stretchesOf(source: string): readonly Stretch[] {
  const tokens = tokensOf(stripTypeScriptTypes(source));
  return tokens.flatMap((_, i) => [...blockAt(tokens, i), ...expressionAt(tokens, i)]);
}

function blockAt(tokens: readonly Token[], i: number): readonly Stretch[] {
  const { kind, text, end } = tokens[i] as Token;
  if (kind !== 'sign' || text !== '{' || !/^(?:\)|=>|else|try|finally|do)$/.test(tokens[i - 1]?.text ?? '')) return [];
  // Between the brackets of a switch and its first case nothing can stand.
  if (tokens[i + 1]?.text === 'case' || tokens[i + 1]?.text === 'default') return [];
  return [{ start: end, end: endOf(tokens, i + 1), isExpression: false }];
}

function expressionAt(tokens: readonly Token[], i: number): readonly Stretch[] {
  const next = tokens[i + 1];
  if (tokens[i]?.text !== '=>' || next === undefined || next.text === '{') return [];
  return [{ start: next.start, end: endOf(tokens, i + 1), isExpression: true }];
}

/** Where what begins at this token ends: before a bracket that it has not opened; an expression, before a comma or semicolon, too. */
function endOf(tokens: readonly Token[], first: number): number {
  const last = tokens[first - 1]?.text === '{' ? /^[)\]}]$/ : /^[)\]},;]$/;
  let depth = 0;
  for (const token of tokens.slice(first)) {
    if (depth === 0 && token.kind === 'sign' && last.test(token.text)) return token.start;
    depth += nesting(token);
  }
  return tokens.at(-1)?.end ?? 0;
}
