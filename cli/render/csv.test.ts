import { describe, expect, it } from 'vitest';
import { csvText } from './csv.ts';

const cells = (kind: 'text' | 'figure', ...texts: readonly string[]) =>
  csvText([{ name: 'cell', kind, cell: (text: string) => text }], texts);

describe('CSV', () => {
  it('ends every line with CRLF, the header too', () => {
    expect(cells('text')).toBe('cell\r\n');
    expect(cells('text', 'a', '')).toBe('cell\r\na\r\n\r\n');
  });

  it('quotes what would break a line or a cell, and doubles quotes', () => {
    expect(cells('text', 'a,b', 'a"b', 'a\nb', 'a\rb', 'a b')).toBe(
      'cell\r\n"a,b"\r\n"a""b"\r\n"a\nb"\r\n"a\rb"\r\na b\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\nx'])(
    'keeps the text %j from being run as a formula',
    (text) => {
      const [, line = ''] = /^cell\r\n"?(.*)/s.exec(cells('text', text)) ?? [];
      expect(line.startsWith("'")).toBe(true);
    },
  );

  it('leaves figures as they are, below zero too', () => {
    expect(cells('figure', '-12.5')).toBe('cell\r\n-12.5\r\n');
  });
});
