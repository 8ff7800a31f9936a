/** One row's numbers, in the order of the header. */
export type Row = readonly [time: number, open: number, high: number, low: number, close: number, volume: number];

export interface FieldProblem {
  readonly column: string;
  readonly value: string | number;
  readonly allowed: string;
}

export const COLUMNS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

const COMMA = 44;
const POINT = 46;
const NEWLINE = 10;
const RETURN = 13;
const ZERO = 48;
const PLAIN_DECIMAL = 'a plain decimal number without sign, blank or exponent';
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/**
 * Walks the rows of a candle file byte by byte: a folder holds millions of rows, and splitting them into strings costs
 * several times as much. The digits of a plain decimal as an integer, divided by a power of ten, give the nearest
 * double: the very value Number() reads.
 */
export class RowCursor {
  /** The file's line of the current row; the header is line 1. */
  line = 1;
  /** Why the current row cannot be read; null when it can. */
  problem: FieldProblem | null = null;
  readonly #fields: [number, number, number, number, number, number] = [0, 0, 0, 0, 0, 0];
  readonly #bytes: Uint8Array;
  #position: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#position = start;
  }

  /** The next row (the same array every time), null at the end of the file. Look at `problem` before using it. */
  next(): Row | null {
    const start = this.#position;
    if (start >= this.#bytes.length) return null;
    this.line += 1;
    const newline = this.#bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? this.#bytes.length : newline;
    this.#position = end + 1;
    this.problem = this.#readRow(start, this.#bytes[end - 1] === RETURN ? end - 1 : end);
    return this.#fields;
  }

  #readRow(start: number, end: number): FieldProblem | null {
    let from = start;
    for (let column = 0; column < COLUMNS.length; column += 1) {
      const to = this.#fieldEnd(from, end);
      const isLast = column === COLUMNS.length - 1;
      if (isLast !== (to === end)) return this.#wrongWidth(start, end);
      const value = this.#number(from, to);
      if (Number.isNaN(value))
        return { column: COLUMNS[column] as string, value: this.#text(from, to), allowed: PLAIN_DECIMAL };
      this.#fields[column] = value;
      from = to + 1;
    }
    return null;
  }

  #fieldEnd(from: number, end: number): number {
    let to = from;
    while (to < end && this.#bytes[to] !== COMMA) to += 1;
    return to;
  }

  /** NaN when the bytes are not a plain decimal. */
  #number(from: number, to: number): number {
    let point = from;
    while (point < to && this.#bytes[point] !== POINT) point += 1;
    if (point === to) return this.#exact(this.#digits(from, to), 0, from, to);
    const decimals = to - point - 1;
    const scale = POWERS_OF_TEN[decimals] ?? Number.POSITIVE_INFINITY;
    return this.#exact(this.#digits(from, point) * scale + this.#digits(point + 1, to), decimals, from, to);
  }

  #exact(digits: number, decimals: number, from: number, to: number): number {
    if (digits <= Number.MAX_SAFE_INTEGER) return digits / (POWERS_OF_TEN[decimals] as number);
    return Number.isNaN(digits) ? digits : Number(this.#text(from, to));
  }

  /** The integer the digits spell, NaN when there is none or something else among them. */
  #digits(from: number, to: number): number {
    let value = to > from ? 0 : Number.NaN;
    for (let at = from; at < to; at += 1) {
      const digit = (this.#bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) return Number.NaN;
      value = value * 10 + digit;
    }
    return value;
  }

  #text(from: number, to: number): string {
    return Buffer.from(this.#bytes.subarray(from, to)).toString('utf8');
  }

  #wrongWidth(start: number, end: number): FieldProblem {
    return { column: 'row', value: this.#text(start, end), allowed: `${COLUMNS.length} fields: ${COLUMNS.join(',')}` };
  }
}
