/** A line with one line above and one below it. */
export interface Band {
  readonly upper: number;
  readonly middle: number;
  readonly lower: number;
}
