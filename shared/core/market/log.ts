/** The natural logarithm of two in two parts: the first has so few digits that its multiples by exponents are exact. */
const LN2_HIGH = 0.6931471804855391;
const LN2_LOW = 7.440617110012397e-11;

/** Exponents by which a number is brought near 1; the largest twice, for numbers that are next to nothing. */
const EXPONENTS = [512, 512, 256, 128, 64, 32, 16, 8, 4, 2, 1] as const;
const POWERS = Float64Array.from(EXPONENTS, powerOfTwo);
/** From here on the steps suffice for what is between 1 / MANY and MANY, as prices are. */
const SMALL_STEPS = EXPONENTS.indexOf(16);
const MANY = powerOfTwo(31);

function powerOfTwo(exponent: number): number {
  let power = 1;
  for (let i = 0; i < exponent; i += 1) power *= 2;
  return power;
}

/**
 * The natural logarithm, within two units of the last place. Math.log is left to the engine: Node's build for ARM64 fuses
 * multiplications with additions in it, that for x64 does not, and a decision must not show in its bits where it was made
 * [I8]. Here is nothing that the standard does not fix to the last bit.
 */
export function log(x: number): number {
  if (x >= Math.SQRT1_2 && x <= Math.SQRT2) return logNearOne(x, 0);
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  return x > 0 ? logOfAny(x) : Number.NaN;
}

function logOfAny(x: number): number {
  let m = x;
  let k = 0;
  for (let i = x < MANY && x * MANY > 1 ? SMALL_STEPS : 0; i < EXPONENTS.length; i += 1) {
    const power = POWERS[i] as number;
    if (m >= power) {
      m /= power;
      k += EXPONENTS[i] as number;
    } else if (m * power <= 1) {
      m *= power;
      k -= EXPONENTS[i] as number;
    }
  }
  if (m > Math.SQRT2) return logNearOne(m / 2, k + 1);
  return m < Math.SQRT1_2 ? logNearOne(m * 2, k - 1) : logNearOne(m, k);
}

/**
 * Of m * 2^k. With s = (m - 1) / (m + 1) the logarithm of m is 2 (s + s^3 / 3 + s^5 / 5 + ...); what comes after s^23 is
 * less than half a unit of the last place. Summed in two chains, which a processor works on side by side.
 */
function logNearOne(m: number, k: number): number {
  const s = (m - 1) / (m + 1);
  const z = s * s;
  const w = z * z;
  const one = 1 / 3 + w * (1 / 7 + w * (1 / 11 + w * (1 / 15 + w * (1 / 19 + w * (1 / 23)))));
  const other = 1 / 5 + w * (1 / 9 + w * (1 / 13 + w * (1 / 17 + w * (1 / 21))));
  const twice = 2 * s;
  const rest = twice * (z * (one + z * other));
  return k === 0 ? twice + rest : k * LN2_HIGH + (twice + (rest + k * LN2_LOW));
}
