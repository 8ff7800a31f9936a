/**
 * Standard normal distribution function, to about 1e-15 (of itself: 1e-10, in the far tail 1e-8). Hart's rational approximation (Computer Approximations, 1968,
 * 5666) with a continued fraction in the tail, as in G. West, "Better approximations to cumulative normal functions",
 * Wilmott Magazine 2005.
 */
export function normalCdf(x: number): number {
  const z = Math.abs(x);
  const tail = z > 37 ? 0 : z < 7.071_067_811_865_47 ? body(z) : farTail(z);
  return x > 0 ? 1 - tail : tail;
}

/**
 * Its inverse, to about 1e-16 of relative error: M. J. Wichura, "Algorithm AS 241: the percentage points of the normal
 * distribution", Applied Statistics 37 (1988), routine PPND16. Infinite at 0 and 1, not a number outside.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * quotient(0.180_625 - q * q, MIDDLE);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const size = r <= 5 ? quotient(r - 1.6, SIDE) : quotient(r - 5, TAIL);
  return q < 0 ? -size : size;
}

function body(z: number): number {
  const top = horner(
    z,
    [
      220.206867912376, 221.213596169931, 112.079291497871, 33.912866078383, 6.37396220353165, 0.700383064443688,
      0.0352624965998911,
    ],
  );
  const bottom = horner(
    z,
    [
      440.413735824752, 793.826512519948, 637.333633378831, 296.564248779674, 86.7807322029461, 16.064177579207,
      1.75566716318264, 0.0883883476483184,
    ],
  );
  return (Math.exp((-z * z) / 2) * top) / bottom;
}

function farTail(z: number): number {
  const fraction = z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))));
  return Math.exp((-z * z) / 2) / fraction / 2.506628274631;
}

interface Quotient {
  readonly top: readonly number[];
  readonly bottom: readonly number[];
}

function quotient(x: number, { top, bottom }: Quotient): number {
  return horner(x, top) / horner(x, bottom);
}

/** The polynomial with these coefficients, the constant first. */
function horner(x: number, coefficients: readonly number[]): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

const MIDDLE: Quotient = {
  top: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  bottom: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};

const SIDE: Quotient = {
  top: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  bottom: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995345, 1.0507500716444169e-9,
  ],
};

const TAIL: Quotient = {
  top: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  bottom: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};
