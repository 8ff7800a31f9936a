/** text: may say anything. figure: a number or a time that this program has written. */
export interface CsvColumn<Row> {
  readonly name: string;
  readonly kind: 'text' | 'figure';
  readonly cell: (row: Row) => string;
}

/** As RFC 4180 has it: CRLF after every line, the header first, quoted where needed. */
export function csvText<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const header = columns.map(({ name }) => quoted(name));
  const lines = rows.map((row) =>
    columns.map(({ kind, cell }) => quoted(kind === 'text' ? harmless(cell(row)) : cell(row))),
  );
  return [header, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet takes text that begins like this for a formula and runs it; behind an apostrophe it stays text. */
function harmless(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}
