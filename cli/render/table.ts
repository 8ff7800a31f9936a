/** 'right' for figures. */
export type Align = 'left' | 'right';

export interface Column<Row> {
  readonly title: string;
  readonly align?: Align;
  readonly cell: (row: Row) => string;
}

/** Rows in columns as wide as their widest cell, header first. Columns without any content are left out. */
export function tableLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly string[] {
  const filled = columns
    .map(({ title, align = 'left', cell }) => ({ title, align, cells: rows.map(cell) }))
    .filter(({ cells }) => cells.some((text) => text !== ''))
    .map(({ title, align, cells }) => padded([title, ...cells], align));
  return ['', ...rows].map((_, line) =>
    filled
      .map((cells) => cells[line] ?? '')
      .join('  ')
      .trimEnd(),
  );
}

function padded(texts: readonly string[], align: Align): readonly string[] {
  const width = Math.max(...texts.map((text) => text.length));
  return texts.map((text) => (align === 'right' ? text.padStart(width) : text.padEnd(width)));
}
