/** Text as it stands between tags and in attributes. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export function section(title: string, note: string, body: string): string {
  const small = note === '' ? '' : `<p class="note">${escaped(note)}</p>`;
  return `<section><h2>${escaped(title)}</h2>${small}${body}</section>`;
}

export interface Column<Row> {
  readonly title: string;
  readonly isFigure?: boolean;
  readonly cell: (row: Row) => string;
  /** A class for the cell, such as 'loss'. */
  readonly mark?: (row: Row) => string;
}

export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const head = columns.map(
    ({ title, isFigure }) => `<th scope="col"${classOf(isFigure ? 'n' : '')}>${escaped(title)}</th>`,
  );
  const body = rows.map((row) => {
    const cells = columns.map(({ cell, isFigure, mark }) => {
      const classes = [isFigure ? 'n' : '', mark?.(row) ?? ''].filter((each) => each !== '').join(' ');
      return `<td${classOf(classes)}>${escaped(cell(row))}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const label = `table by ${columns[0]?.title ?? 'row'}`;
  return scrolled(label, `<table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`);
}

/** What may be wider than a phone scrolls by itself, by keyboard as well. */
export function scrolled(label: string, body: string): string {
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escaped(label)}">${body}</div>`;
}

export function signOf(value: number): string {
  return value > 0 ? 'gain' : value < 0 ? 'loss' : '';
}

/** Percent, dollars and counts as people read them. */
export function shown(value: number | null, digits = 2, unit = ''): string {
  if (value === null) return '-';
  const text = value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${text}${unit}`;
}

function classOf(name: string): string {
  return name === '' ? '' : ` class="${name}"`;
}
