/** A piece of source text that runs: comments, blanks and types are no tokens. */
export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'template' | 'pattern' | 'sign';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const BLANK = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const WORD = /[A-Za-z_$#][\w$]*/y;
const NUMBER = /(?:0[xob][\da-f_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:e[+-]?\d+)?)n?/iy;
const STRING = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/y;
const PATTERN = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const TEMPLATE_PART = /\\[\s\S]|\$\{|[\s\S]/y;
const SIGN =
  />>>=|\*\*=|\?\?=|&&=|\|\|=|\.\.\.|===|!==|>>>|<<=|>>=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.|\+\+|--|\*\*|<<|>>|[+\-*/%&|^]=|[\s\S]/y;

/** After one of these a slash begins a pattern and a minus is a sign of its own. */
const OPENERS = /^(?:[([{,;:?=!&|+\-*/%<>]|[=!]==?|[<>]=|&&|\|\||\?\?|=>|return|typeof|case|in|of|new|throw|\.\.\.)$/;

export function opensExpression(before: Token | undefined): boolean {
  return before === undefined || (before.kind !== 'string' && OPENERS.test(before.text));
}

/** How much deeper in brackets what follows it stands. */
export function nesting({ kind, text }: Token): -1 | 0 | 1 {
  if (kind !== 'sign') return 0;
  if (text === '(' || text === '[' || text === '{') return 1;
  return text === ')' || text === ']' || text === '}' ? -1 : 0;
}

/** The tokens of a script without types. Code inside templates is part of its template and left alone. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const blank = matchAt(BLANK, source, at);
    if (blank !== '') {
      at += blank.length;
      continue;
    }
    const token = tokenAt(source, at, tokens.at(-1));
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function tokenAt(source: string, start: number, before: Token | undefined): Token {
  if (source[start] === '`') return tokenOf('template', source, start, templateEnd(source, start));
  const readers = [
    ['word', WORD],
    ['number', NUMBER],
    ['string', STRING],
    ...(opensExpression(before) ? ([['pattern', PATTERN]] as const) : []),
    ['sign', SIGN],
  ] as const;
  for (const [kind, expression] of readers) {
    const text = matchAt(expression, source, start);
    if (text !== '') return tokenOf(kind, source, start, start + text.length);
  }
  throw new Error(`no token at ${start}`);
}

function tokenOf(kind: Token['kind'], source: string, start: number, end: number): Token {
  return { kind, text: source.slice(start, end), start, end };
}

function matchAt(expression: RegExp, source: string, at: number): string {
  expression.lastIndex = at;
  return expression.exec(source)?.[0] ?? '';
}

/** Behind its closing backtick; a template inside it is skipped whole. */
function templateEnd(source: string, start: number): number {
  let depth = 0;
  let at = start + 1;
  while (at < source.length) {
    const part = matchAt(TEMPLATE_PART, source, at);
    if (part === '`' && depth === 0) return at + 1;
    depth += braces(part, depth);
    at = part === '`' ? templateEnd(source, at) : at + part.length;
  }
  throw new Error(`a template without an end at ${start}`);
}

/** A brace counts inside of code only. */
function braces(part: string, depth: number): -1 | 0 | 1 {
  if (part === '${') return 1;
  if (depth === 0) return 0;
  return part === '{' ? 1 : part === '}' ? -1 : 0;
}
