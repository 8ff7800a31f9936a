import { escaped, scrolled, shown } from './markup.ts';

export interface HeatGrid {
  readonly rowName: string;
  readonly columnName: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** null: there is no figure. */
  readonly at: (row: number, column: number) => number | null;
  readonly isBest: (row: number, column: number) => boolean;
  readonly digits: number;
}

/** Two parameters against each other, each cell in the colour of its figure: green above 0, red below. */
export function gridHeat({ rowName, columnName, rows, columns, at, isBest, digits }: HeatGrid): string {
  const values = rows.flatMap((_, row) => columns.flatMap((__, column) => at(row, column) ?? []));
  const strongest = values.reduce((most, each) => Math.max(most, Math.abs(each)), 1e-12);
  const head = columns.map((text) => `<th scope="col">${escaped(text)}</th>`).join('');
  const body = rows.map((text, row) => {
    const cells = columns.map((_, column) => cellOf(at(row, column), strongest, digits, isBest(row, column)));
    return `<tr><th scope="row">${escaped(text)}</th>${cells.join('')}</tr>`;
  });
  const corner = `${rowName} down, ${columnName} across`;
  const table = `<table class="gridheat"><thead><tr><td></td>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
  return `<h3>${escaped(corner)}</h3>${scrolled(corner, table)}`;
}

function cellOf(value: number | null, strongest: number, digits: number, isBest: boolean): string {
  if (value === null) return '<td class="none">-</td>';
  const strength = Math.round(8 + 80 * (Math.abs(value) / strongest));
  const colour =
    value === 0 ? '#eaeef2' : `color-mix(in srgb, ${value > 0 ? '#4ac26b' : '#ff8182'} ${strength}%, #fff)`;
  return `<td${isBest ? ' class="best"' : ''} style="background:${colour}">${shown(value, digits)}${isBest ? '<span class="unseen"> framed</span>' : ''}</td>`;
}
