declare const unit: unique symbol;

/** An exact decimal held as an integer count of 1e-12 units, tagged with its unit. Plain comparison works: `a < b`. */
export type Fixed<Unit extends string> = bigint & { readonly [unit]: Unit };
/** An amount of the quote currency (US dollars). */
export type Usd = Fixed<'usd'>;
/** An amount of the base currency (coins). */
export type Quantity = Fixed<'base'>;
/** Quote currency per one unit of the base currency. */
export type Price = Fixed<'usd-per-base'>;
/** A dimensionless fraction: 0.006 is 0.6 %. Fee rates arrive in this unit. */
export type Ratio = Fixed<'ratio'>;

export type Rounding = 'down' | 'up';

const DIGITS = 12;
const ONE = 10n ** BigInt(DIGITS);
const UNITS = 1e12;
/** Of a double's value: at most half of the distance to the next one, and at least a quarter. */
const QUARTER_OF_LAST_PLACE = 2 ** -54;
/** Rounding a fraction below 1 loses half of this at most. */
const LOST_BY_FRACTION = 2 ** -53;
const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER);
const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,40}))?$/;

/** Reads decimal text ("250.00"). Throws on exponents, blanks and more than 12 significant decimals: it never rounds. */
export function parseFixed<Unit extends string>(text: string): Fixed<Unit> {
  const match = DECIMAL.exec(text);
  if (match === null) throw new RangeError(`not a plain decimal number: ${JSON.stringify(text)}`);
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > DIGITS) throw new RangeError(`finer than 1e-${DIGITS}: ${JSON.stringify(text)}`);
  const magnitude = BigInt(match[2] as string) * ONE + BigInt(fraction.padEnd(DIGITS, '0'));
  return (match[1] === '-' ? -magnitude : magnitude) as Fixed<Unit>;
}

export const usd = (text: string): Usd => parseFixed<'usd'>(text);
export const quantity = (text: string): Quantity => parseFixed<'base'>(text);
export const price = (text: string): Price => parseFixed<'usd-per-base'>(text);
export const ratio = (text: string): Ratio => parseFixed<'ratio'>(text);

export const ZERO_USD = 0n as Usd;
export const ZERO_QUANTITY = 0n as Quantity;

/** The shortest plain decimal text of a value: "0.5", "-12", never an exponent. */
export function toText(value: Fixed<string>): string {
  const negative = value < 0n;
  const magnitude = negative ? -value : value;
  const fraction = (magnitude % ONE).toString().padStart(DIGITS, '0').replace(/0+$/, '');
  return `${negative ? '-' : ''}${magnitude / ONE}${fraction === '' ? '' : `.${fraction}`}`;
}

/** For indicators and figures shown to people; never for settling money. The nearest number there is. */
export function toNumber(value: Fixed<string>): number {
  // Both are whole numbers that a double holds exactly, so their quotient is rounded once, as reading the text is.
  if (value <= MOST_EXACT && value >= -MOST_EXACT) return Number(value) / UNITS;
  const near = nearSum(value < 0n ? -value : value);
  if (near === null) return Number(toText(value));
  return value < 0n ? -near : near;
}

/**
 * Whole part and fraction as doubles, added: the nearest double, unless what the sum cuts off comes near half of its last
 * place. Then, and where the whole part is no exact double, null.
 */
function nearSum(magnitude: bigint): number | null {
  const whole = Number(magnitude / ONE);
  const fraction = Number(magnitude % ONE) / UNITS;
  const sum = whole + fraction;
  const cut = fraction - (sum - whole);
  const isClear = Math.abs(cut) < sum * QUARTER_OF_LAST_PLACE - LOST_BY_FRACTION;
  return isClear && whole <= Number.MAX_SAFE_INTEGER ? sum : null;
}

export function add<Unit extends string>(a: Fixed<Unit>, b: NoInfer<Fixed<Unit>>): Fixed<Unit> {
  return (a + b) as Fixed<Unit>;
}

export function subtract<Unit extends string>(a: Fixed<Unit>, b: NoInfer<Fixed<Unit>>): Fixed<Unit> {
  return (a - b) as Fixed<Unit>;
}

export function negate<Unit extends string>(a: Fixed<Unit>): Fixed<Unit> {
  return -a as Fixed<Unit>;
}

export function smaller<Unit extends string>(a: Fixed<Unit>, b: NoInfer<Fixed<Unit>>): Fixed<Unit> {
  return a < b ? a : b;
}

export function larger<Unit extends string>(a: Fixed<Unit>, b: NoInfer<Fixed<Unit>>): Fixed<Unit> {
  return a > b ? a : b;
}

/** size x price, in quote currency. */
export function notional(size: Quantity, at: Price, rounding: Rounding): Usd {
  return divide(size * at, ONE, rounding) as Usd;
}

/** How much base an amount of quote currency buys at a price. Throws when the price is not positive. */
export function sizeFor(amount: Usd, at: Price, rounding: Rounding): Quantity {
  if (at <= 0n) throw new RangeError('a price must be positive');
  return divide(amount * ONE, at, rounding) as Quantity;
}

/** A fraction of an amount: portion(equity, ratio('0.05'), 'down'). The unit stays. */
export function portion<Unit extends string>(amount: Fixed<Unit>, share: Ratio, rounding: Rounding): Fixed<Unit> {
  return divide(amount * share, ONE, rounding) as Fixed<Unit>;
}

/** part / whole as a ratio. Throws when the whole is not positive. */
export function shareOf<Unit extends string>(
  part: Fixed<Unit>,
  whole: NoInfer<Fixed<Unit>>,
  rounding: Rounding,
): Ratio {
  if (whole <= 0n) throw new RangeError('a share of nothing is undefined');
  return divide(part * ONE, whole, rounding) as Ratio;
}

/** Turns a configured percentage (15 = 15 %) into a ratio; at most 6 decimals of a percent are kept. */
export function ratioFromPct(pct: number): Ratio {
  return decimalsOf<'ratio'>(pct / 100, 8, 1e8);
}

/** Moves a value onto the grid of an increment (towards zero for 'down' on positive values). */
export function toIncrement<Unit extends string>(
  value: Fixed<Unit>,
  increment: NoInfer<Fixed<Unit>>,
  rounding: Rounding,
): Fixed<Unit> {
  if (increment <= 0n) throw new RangeError('an increment must be positive');
  return (divide(value, increment, rounding) * increment) as Fixed<Unit>;
}

/**
 * The one door from an indicator's `number` to money: floors (or ceils) to the product's increment.
 * Throws on NaN and infinities.
 */
export function fromNumber<Unit extends string>(
  value: number,
  increment: Fixed<Unit>,
  rounding: Rounding,
): Fixed<Unit> {
  if (!Number.isFinite(value)) throw new RangeError(`not a finite number: ${value}`);
  return toIncrement(decimalsOf<Unit>(value, DIGITS, UNITS), increment, rounding);
}

/**
 * What `parseFixed(value.toFixed(digits))` gives, mostly without going through text: whole part and fraction of a double
 * are exact, and only the fraction times `scale`, 10 to the power of digits, is rounded, by less than 1e-3. Next to a half
 * the text decides.
 */
function decimalsOf<Unit extends string>(value: number, digits: number, scale: number): Fixed<Unit> {
  const whole = Math.trunc(value);
  const scaled = (value - whole) * scale;
  const nearest = Math.round(scaled);
  const isClear = Math.abs(Math.abs(scaled - nearest) - 0.5) > 1e-3;
  if (!isClear || Math.abs(whole) > Number.MAX_SAFE_INTEGER) return parseFixed<Unit>(value.toFixed(digits));
  return (BigInt(whole) * ONE + BigInt(nearest * (UNITS / scale))) as Fixed<Unit>;
}

/** Integer division with floor ('down') or ceiling ('up') whatever the signs. */
function divide(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  if (remainder === 0n) return quotient;
  const isNegative = remainder < 0n !== denominator < 0n;
  if (rounding === 'down') return isNegative ? quotient - 1n : quotient;
  return isNegative ? quotient : quotient + 1n;
}
