import { describe, expect, it } from 'vitest';
import { type Corruption, expectRefusal } from './testing/corruption.ts';
import { appended, edited, faultsIn, shippedTexts, type Texts } from './testing/shipped.ts';

const append = (file: string, lines: string) => (texts: Texts) => appended(texts, file, lines);
const edit = (file: string, from: string, to: string) => (texts: Texts) => edited(texts, file, from, to);
const replace = (file: string, text: string) => (texts: Texts) => ({ ...texts, [file]: text });
const drop = (file: string) => (texts: Texts) =>
  Object.fromEntries(Object.entries(texts).filter(([name]) => name !== file));

const nested = (levels: number) => `x: ${'['.repeat(levels)}${']'.repeat(levels)}`;

type Row = readonly [Corruption['what'], Corruption['corrupt'], string, string, string, string];

/** what, how, file, path, problem, remedy */
const ROWS: readonly Row[] = [
  ['no file', drop('policy.yaml'), 'policy.yaml', 'policy', 'file is missing', 'restore it'],
  ['no overlay', drop('stages/live.yaml'), 'stages/live.yaml', '', 'file is missing', 'restore it'],
  ['an empty file', replace('signals.yaml', '# no\n'), 'signals.yaml', 'signals', 'hold a mapping', 'key: value'],
  ['an empty overlay', replace('stages/live.yaml', ''), 'stages/live.yaml', '', 'hold a mapping', '{} when'],
  ['a list as a file', replace('universe.yaml', '- A\n'), 'universe.yaml', 'universe', 'hold a mapping', 'key: value'],
  ['a huge file', append('app.yaml', `#${'x'.repeat(65_536)}`), 'app.yaml', 'app', 'too large', '65536 characters'],
  ['a tab', append('app.yaml', 'x:\n\ty: 1'), 'app.yaml', 'app', 'a tab is used', 'with spaces'],
  ['an open quote', edit('policy.yaml', '"10.00"', '"10.00'), 'policy.yaml', 'policy', 'is missing', 'unclosed quote'],
  ['two keys on a line', append('app.yaml', 'x: 1 y: 2'), 'app.yaml', 'app', 'two keys stand', 'its own line'],
  ['two documents', append('app.yaml', '---\nx: 1'), 'app.yaml', 'app', 'several documents', 'remove the "---"'],
  ['bottomless nesting', append('app.yaml', nested(20_000)), 'app.yaml', 'app', 'too deeply', 'at most 12'],
  ['deep nesting', append('app.yaml', nested(13)), 'app.yaml', `app.x${'.0'.repeat(12)}`, 'too deeply', 'at most 12'],
  ['a key twice', append('app.yaml', 'bot_id: x'), 'app.yaml', 'app.bot_id', 'is written twice', 'keep one'],
  ['an alias', append('app.yaml', 'a: &a [1]\nb: *a'), 'app.yaml', 'app.b', 'is an alias', 'write the value out'],
  ['a tag', edit('app.yaml', 'USD', '!!str USD'), 'app.yaml', 'app.quote_currency', 'carries a tag', 'starts with "!"'],
  ['an unknown tag', edit('app.yaml', 'USD', '!js USD'), 'app.yaml', 'app', 'tag is not known', 'starts with "!"'],
  ['a list as a key', append('app.yaml', '? [a, b]\n: 1'), 'app.yaml', 'app', 'not a key', 'start keys with a letter'],
  ['a number as a key', append('app.yaml', '12: 1'), 'app.yaml', 'app', 'not a key', 'start keys with a letter'],
  ['a prototype', append('app.yaml', '__proto__: {mode: LIVE}'), 'app.yaml', 'app', 'not a key', 'with a letter'],
];

const CORRUPTIONS = ROWS.map(([what, corrupt, file, path, problem, remedy]): Corruption => {
  return { what, corrupt, file, path, value: null, problem, remedy };
});

describe('a config with a broken file', () => {
  it.each(CORRUPTIONS)('[REQ-C1] is refused for $what in $file', expectRefusal);

  it('reports the broken file once, not every value that it would have held', () => {
    expect(faultsIn(drop('policy.yaml')(shippedTexts('live')), 'live')).toHaveLength(1);
  });

  it('[REQ-C1] shows the faults of all files at once, each with its line', () => {
    const broken = [
      edit('app.yaml', 'bot_id: 247t', 'bot_id: NO'),
      edit('policy.yaml', 'max_drawdown_pct: 10', 'max_drawdown_pct: 0'),
      edit('universe.yaml', 'never_trade:', 'never_trad:'),
      edit('signals.yaml', 'interval: 1m', 'interval: 1x'),
      append('stages/live.yaml', 'policy:\n  exits:\n    max_hold_hours: -1'),
    ].reduce((texts, corrupt) => corrupt(texts), shippedTexts('live'));

    const faults = faultsIn(broken, 'live');

    const at = (file: string, part: string, path: string) => {
      const line = (broken[file] ?? '').split('\n').findIndex((text) => text.includes(part)) + 1;
      return [file, line, path];
    };
    expect(faults.map(({ file, line, path }) => [file, line, path])).toEqual(
      expect.arrayContaining([
        at('app.yaml', 'bot_id: NO', 'app.bot_id'),
        at('policy.yaml', 'max_drawdown_pct', 'policy.risk.max_drawdown_pct'),
        at('stages/live.yaml', 'max_hold_hours', 'policy.exits.max_hold_hours'),
        at('universe.yaml', 'never_trad:', 'universe.never_trad'),
        at('signals.yaml', 'interval: 1x', 'signals.interval'),
      ]),
    );
  });
});
