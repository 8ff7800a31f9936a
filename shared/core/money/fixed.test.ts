import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  type Fixed,
  fromNumber,
  larger,
  negate,
  notional,
  portion,
  price,
  quantity,
  ratio,
  ratioFromPct,
  shareOf,
  sizeFor,
  smaller,
  subtract,
  toIncrement,
  toNumber,
  toText,
  usd,
} from './fixed.ts';

const LARGEST = 10n ** 30n;
const units = fc.bigInt({ min: -LARGEST, max: LARGEST });
const amount = units.map((value) => value as Fixed<'usd'>);
const positive = fc.bigInt({ min: 1n, max: LARGEST });

describe('text', () => {
  it('survives the way out and back, whatever the value', () => {
    fc.assert(
      fc.property(amount, (value) => {
        expect(usd(toText(value))).toBe(value);
      }),
    );
  });

  it('writes the shortest plain decimal', () => {
    fc.assert(
      fc.property(amount, (value) => {
        expect(toText(value)).toMatch(/^(0|-?(?!0\d)\d+(\.\d*[1-9])?)$/);
      }),
    );
    expect(toText(usd('-0.50'))).toBe('-0.5');
    expect(toText(usd('-0'))).toBe('0');
    expect(toText(usd('1200'))).toBe('1200');
  });

  it('takes twelve decimals and any number of zeros behind them', () => {
    expect(usd('0.000000000001')).toBe(1n);
    expect(usd('1.5000000000000000')).toBe(1_500_000_000_000n);
  });

  it.each(['', ' 1', '1e3', '.5', '5.', '+1', '1,000', 'NaN', '0x10', '--1', '1.2.3', '١'])(
    'refuses %j: it is not a plain decimal',
    (text) => expect(() => usd(text)).toThrow(/not a plain decimal number/),
  );

  it('refuses what is finer than its grid instead of rounding it', () => {
    expect(() => usd('0.0000000000001')).toThrow(/finer than 1e-12/);
  });
});

describe('sums', () => {
  it('commute, associate and undo', () => {
    fc.assert(
      fc.property(amount, amount, amount, (a, b, c) => {
        expect(add(a, b)).toBe(add(b, a));
        expect(add(add(a, b), c)).toBe(add(a, add(b, c)));
        expect(subtract(add(a, b), b)).toBe(a);
        expect(add(a, negate(a))).toBe(0n);
      }),
    );
  });

  it('pick the smaller and the larger', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        expect(smaller(a, b) <= larger(a, b)).toBe(true);
        expect(add(smaller(a, b), larger(a, b))).toBe(add(a, b));
      }),
    );
  });
});

describe('rounding', () => {
  it('floors down and ceils up on both sides of zero, at most one unit apart', () => {
    fc.assert(
      fc.property(units, positive, (part, whole) => {
        const down = shareOf(part as Fixed<'usd'>, whole as Fixed<'usd'>, 'down');
        const up = shareOf(part as Fixed<'usd'>, whole as Fixed<'usd'>, 'up');
        const scaled = part * 10n ** 12n;
        expect(down * whole <= scaled && (down + 1n) * whole > scaled).toBe(true);
        expect(up * whole >= scaled && (up - 1n) * whole < scaled).toBe(true);
      }),
    );
  });

  it.each([
    ['2.5', 'down', '2'],
    ['2.5', 'up', '3'],
    ['-2.5', 'down', '-3'],
    ['-2.5', 'up', '-2'],
    ['2', 'down', '2'],
    ['-2', 'up', '-2'],
  ] as const)('moves %s %s onto the grid of 1 at %s', (value, rounding, expected) => {
    expect(toText(toIncrement(usd(value), usd('1'), rounding))).toBe(expected);
  });

  it('moves onto an increment once and then stays there', () => {
    fc.assert(
      fc.property(amount, positive, fc.constantFrom('down', 'up'), (value, step, rounding) => {
        const increment = step as Fixed<'usd'>;
        const moved = toIncrement(value, increment, rounding);
        expect(moved % increment).toBe(0n);
        expect(toIncrement(moved, increment, rounding)).toBe(moved);
        expect(rounding === 'down' ? moved <= value : moved >= value).toBe(true);
      }),
    );
  });

  it('takes the smallest step, price and whole there is', () => {
    const least = '0.000000000001';

    expect(toIncrement(usd('1'), usd(least), 'down')).toBe(usd('1'));
    expect(sizeFor(usd(least), price(least), 'down')).toBe(quantity('1'));
    expect(shareOf(usd(least), usd(least), 'down')).toBe(ratio('1'));
  });

  it('refuses a step of nothing, a price of nothing and a share of nothing', () => {
    expect(() => toIncrement(usd('1'), usd('0'), 'down')).toThrow(/increment must be positive/);
    expect(() => sizeFor(usd('1'), price('0'), 'down')).toThrow(/price must be positive/);
    expect(() => shareOf(usd('1'), usd('0'), 'down')).toThrow(/share of nothing/);
  });
});

describe('products of units', () => {
  it('never buys for more than there is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: LARGEST }), positive, (budget, at) => {
        const size = sizeFor(budget as Fixed<'usd'>, at as Fixed<'usd-per-base'>, 'down');
        expect(notional(size, at as Fixed<'usd-per-base'>, 'down') <= budget).toBe(true);
      }),
    );
  });

  it('splits an amount into two portions without a gap', () => {
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 0n, max: 10n ** 12n }), (value, part) => {
        const share = part as Fixed<'ratio'>;
        const rest = subtract(ratio('1'), share);
        expect(add(portion(value, share, 'down'), portion(value, rest, 'up'))).toBe(value);
      }),
    );
  });

  it('multiplies size and price exactly', () => {
    expect(toText(notional(quantity('0.00000001'), price('0.00001217'), 'down'))).toBe('0');
    expect(toText(notional(quantity('0.00000001'), price('0.00001217'), 'up'))).toBe('0.000000000001');
    expect(toText(notional(quantity('3'), price('0.1'), 'down'))).toBe('0.3');
  });
});

describe('numbers', () => {
  it('turns percent into a ratio', () => {
    expect(toText(ratioFromPct(15))).toBe('0.15');
    expect(toText(ratioFromPct(0.000001))).toBe('0.00000001');
    expect(toText(ratioFromPct(0.0000001))).toBe('0');
    expect(toText(ratioFromPct(-3.1234567))).toBe('-0.03123457');
  });

  it('enters money only through the grid, and only when finite', () => {
    expect(toText(fromNumber(0.1 + 0.2, price('0.01'), 'down'))).toBe('0.3');
    expect(toText(fromNumber(99.999, price('0.01'), 'down'))).toBe('99.99');
    expect(toText(fromNumber(99.991, price('0.01'), 'up'))).toBe('100');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => fromNumber(value, price('0.01'), 'down')).toThrow(/not a finite number/);
    }
  });

  it('leaves money for figures that people read', () => {
    expect(toNumber(usd('-12.25'))).toBe(-12.25);
  });
});

describe('the short ways', () => {
  const anyNumber = fc.oneof(
    fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
    fc.double({ noNaN: true, min: -1, max: 1 }),
    // Next to halves of the last place, where rounding decides.
    fc.integer({ min: -1e9, max: 1e9 }).map((n) => (n + 0.5) / 1e12),
    fc
      .tuple(fc.integer({ min: 0, max: 9_999 }), fc.integer({ min: 0, max: 1e12 }))
      .map(([a, b]) => a + (b + 0.5) / 1e12),
  );

  it('from a number give what its text gives', () => {
    fc.assert(
      fc.property(anyNumber, (value) => {
        expect(fromNumber(value, 1n as Fixed<'usd'>, 'down')).toBe(usd(value.toFixed(12)));
        expect(ratioFromPct(value)).toBe(ratio((value / 100).toFixed(8)));
      }),
      { numRuns: 2_000 },
    );
  });

  /** Half way between two doubles of 9,000 and more, but for next to nothing: the odd multiple of 5^12 that ends in so few bits. */
  const nearlyBetweenDoubles = fc
    .tuple(
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 54n - 1n }),
      fc.integer({ min: 14, max: 40 }),
      fc.integer({ min: -9, max: 9 }),
    )
    .map(([twice, down, few]) => {
      const span = 2n ** BigInt(down - 12);
      let inverse = 1n;
      for (let i = 0; i < 6; i += 1) inverse = BigInt.asUintN(down - 12, inverse * (2n - 5n ** 12n * inverse));
      const odd = (twice / span) * span + BigInt.asUintN(down - 12, BigInt(2 * few + 1) * inverse);
      return (odd * 10n ** 12n) >> BigInt(down);
    });

  it('to a number give the one nearest to its text', () => {
    const values = fc.oneof(amount, fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }), nearlyBetweenDoubles);
    fc.assert(
      fc.property(values, (value) => {
        expect(toNumber(value as Fixed<'usd'>)).toBe(Number(toText(value as Fixed<'usd'>)));
      }),
      { numRuns: 2_000 },
    );
  });
});
