import { describe, expect, it } from 'vitest';
import { mutantsOf } from './mutants.ts';
import { reportText, scoreOf } from './report.ts';
import { tokensOf } from './tokens.ts';

/** Keeps a template in the text from being one of this file. */
const DOLLAR = '$';

const changesOf = (source: string) => mutantsOf(source).map(({ from, to }) => `${from} => ${to}`);

describe('planting faults', () => {
  it.each([
    ['a < b', ['< => <=', '< => >=']],
    ['a === b && c', ['=== => !==', '&& => ||']],
    ['a + b * -c', ['+ => -', '* => /', '- => ']],
    ['!done', ['! => ']],
    ['limit ?? 0n', ['?? => &&', '0n => 1n']],
    ["round(a, 'up')", ["'up' => 'down'"]],
    ["text === ''", ['=== => !==', "'' => 'mutant'"]],
    ['all.some(isOpen)', ['some => every']],
    ['all.filter(isOpen)', ['.filter(isOpen) => ']],
    ['const at = 1_000', ['1_000 => 1001']],
  ])('finds every fault of %s', (source, changes) => {
    expect(changesOf(source)).toEqual(changes);
  });

  it('takes branches always and never, and leaves calls out that stand alone', () => {
    expect(changesOf('function f() { if (a) g(b); }')).toEqual(['a => true', 'a => false', 'g(b) => ']);
    expect(changesOf('function f() { spent.set(a, b); return c; }')).toEqual(['spent.set(a, b) => ']);
  });

  it('leaves types, comments, imports, keys, patterns and templates alone', () => {
    const source = [
      "import { a } from './a.ts';",
      "type Side = 'up' | 'down'; // a < b",
      `const shown = \`${DOLLAR}{a < b} of ${DOLLAR}{\`${DOLLAR}{c}\`}\`;`,
      "const one: Map<string, 'x'> = { 'key': /a<b'/ };",
    ];
    expect(changesOf(source.join('\n'))).toEqual([]);
  });

  it('says where it is, and changes nothing else', () => {
    const [first] = mutantsOf('const a = 1;\nconst b: Array<number> = [c >= d];\n');
    const last = mutantsOf('const a = 1;\nconst b: Array<number> = [c >= d];\n').at(-1);

    expect(first).toMatchObject({ line: 1, source: 'const a = 2;\nconst b: Array<number> = [c >= d];\n' });
    expect(last).toMatchObject({ line: 2, source: 'const a = 1;\nconst b: Array<number> = [c < d];\n' });
  });

  it('every token is where it says it is', () => {
    const source = `a = b / c / 2 + \`x${DOLLAR}{'}'}y\` - /[/]+/g.exec(d) // end`;
    for (const { text, start, end } of tokensOf(source)) expect(source.slice(start, end)).toBe(text);
  });
});

describe('the report', () => {
  const result = { line: 3, stretches: [], operator: 'logic', from: '||', to: '&&' };
  const results = [
    { ...result, file: 'core/a.ts', outcome: 'killed' as const },
    { ...result, file: 'core/a.ts', outcome: 'timeout' as const },
    { ...result, file: 'core/b.ts', outcome: 'survived' as const },
    { ...result, file: 'core2/b.ts', outcome: 'survived' as const },
  ];

  it('counts what was noticed, a run without end included', () => {
    expect(scoreOf(results, 'core')).toEqual({ mutants: 3, found: 2, pct: 200 / 3 });
    expect(scoreOf(results, 'core/b.ts').pct).toBe(0);
  });

  it('names every fault that nobody noticed', () => {
    const text = reportText(results, 'core');

    expect(text).toContain('| **core** | 3 | 2 | 66.7 % |');
    expect(text).toContain('| core/b.ts:3 | logic | `\\|\\|` -> `&&` |');
    expect(text).not.toContain('core2');
  });
});
