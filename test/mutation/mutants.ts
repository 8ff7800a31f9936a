import { stripTypeScriptTypes } from 'node:module';
import { stretchesAt } from './reach.ts';
import { nesting, opensExpression, type Token, tokensOf } from './tokens.ts';

/** One small fault planted into a file. */
export interface Mutant {
  readonly line: number;
  /** Where the code that it shows in begins: see `reach.ts`. */
  readonly stretches: readonly number[];
  readonly operator: string;
  readonly from: string;
  readonly to: string;
  readonly source: string;
}

interface Edit {
  readonly operator: string;
  readonly start: number;
  readonly end: number;
  readonly to: string;
}

/** Every fault the operators can plant into a TypeScript file, one each. What would not parse is left out. */
export function mutantsOf(source: string): readonly Mutant[] {
  const tokens = tokensOf(stripTypeScriptTypes(source));
  const edits = tokens.flatMap((_, i) => OPERATORS.flatMap((operator) => operator(tokens, i)));
  return edits.map((edit) => planted(source, edit)).filter(({ source: text }) => parses(text));
}

function planted(source: string, { operator, start, end, to }: Edit): Mutant {
  return {
    line: source.slice(0, start).split('\n').length,
    stretches: stretchesAt(source, start),
    operator,
    from: source.slice(start, end).replaceAll(/\s+/g, ' '),
    to,
    source: source.slice(0, start) + to + source.slice(end),
  };
}

function parses(text: string): boolean {
  try {
    stripTypeScriptTypes(text);
    return true;
  } catch {
    return false;
  }
}

type Operator = (tokens: readonly Token[], i: number) => readonly Edit[];

/** Sign -> what it is swapped for. */
const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
};
const LOGIC: Readonly<Record<string, readonly string[]>> = { '&&': ['||'], '||': ['&&'], '??': ['&&'] };
const ARITHMETIC: Readonly<Record<string, readonly string[]>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '+=': ['-='],
  '-=': ['+='],
};
const WORDS: Readonly<Record<string, readonly string[]>> = {
  true: ['false'],
  false: ['true'],
  some: ['every'],
  every: ['some'],
  min: ['max'],
  max: ['min'],
};

function swap(operator: string, table: Readonly<Record<string, readonly string[]>>, kind: Token['kind']): Operator {
  return (tokens, i) => {
    const token = tokens[i] as Token;
    if (token.kind !== kind || !Object.hasOwn(table, token.text)) return [];
    // A sign without a left side is no arithmetic; see `unsigned`.
    if (table === ARITHMETIC && opensExpression(tokens[i - 1])) return [];
    return (table[token.text] ?? []).map((to) => ({ operator, start: token.start, end: token.end, to }));
  };
}

/** -x becomes x, !x becomes x. */
const unsigned: Operator = (tokens, i) => {
  const { text, start, end } = tokens[i] as Token;
  const isUnary = text === '!' || (text === '-' && opensExpression(tokens[i - 1]));
  return isUnary ? [{ operator: 'negation', start, end, to: '' }] : [];
};

const constant: Operator = (tokens, i) => {
  const { kind, text, start, end } = tokens[i] as Token;
  if (kind === 'number') return [{ operator: 'constant', start, end, to: oneMore(text) }];
  if (kind !== 'string' || isName(tokens, i) || text.includes(' ')) return [];
  return [{ operator: 'constant', start, end, to: TURNED[text] ?? "''" }];
};

/** A rounding is turned round; every other word is emptied, an empty one filled. Sentences are for people. */
const TURNED: Readonly<Record<string, string>> = { "'up'": "'down'", "'down'": "'up'", "''": "'mutant'" };

function oneMore(text: string): string {
  const digits = text.replaceAll('_', '').replace(/n$/, '');
  return text.endsWith('n') ? `${BigInt(digits) + 1n}n` : String(Number(digits) + 1);
}

/** The name of a module or of a key. */
function isName(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1]?.text;
  const isKey = tokens[i + 1]?.text === ':' && (before === '{' || before === ',');
  return before === 'from' || before === 'import' || isKey;
}

/** A branch that is always or never taken. */
const branch: Operator = (tokens, i) => {
  if (tokens[i]?.text !== 'if' || tokens[i + 1]?.text !== '(') return [];
  const start = (tokens[i + 1] as Token).end;
  const close = closing(tokens, i + 1);
  return ['true', 'false'].map((to) => ({ operator: 'branch', start, end: (tokens[close] as Token).start, to }));
};

/** A statement that is only a call, and a step of a chain that only selects or orders. */
const removed: Operator = (tokens, i) => {
  const token = tokens[i] as Token;
  if (token.text === '.' && /^(?:filter|toSorted|sort|reverse)$/.test(tokens[i + 1]?.text ?? '')) {
    const end = (tokens[closing(tokens, i + 2)] as Token).end;
    return [{ operator: 'removed call', start: token.start, end, to: '' }];
  }
  if (token.kind !== 'word' || !/^[;{})]$/.test(tokens[i - 1]?.text ?? ';')) return [];
  let call = i + 1;
  while (tokens[call]?.text === '.') call += 2;
  if (tokens[call]?.text !== '(' || /^(?:if|for|while|switch|return|throw)$/.test(token.text)) return [];
  const close = closing(tokens, call);
  if (tokens[close + 1]?.text !== ';') return [];
  return [{ operator: 'removed call', start: token.start, end: (tokens[close] as Token).end, to: '' }];
};

/** The token that closes the bracket at `open`. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i += 1) {
    depth += nesting(tokens[i] as Token);
    if (depth === 0) return i;
  }
  throw new Error('a bracket is not closed');
}

const OPERATORS: readonly Operator[] = [
  swap('comparison', COMPARISONS, 'sign'),
  swap('logic', LOGIC, 'sign'),
  swap('arithmetic', ARITHMETIC, 'sign'),
  swap('word', WORDS, 'word'),
  unsigned,
  constant,
  branch,
  removed,
];
