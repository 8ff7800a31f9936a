import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrap, bootstrapInterval, meanAt, sharpeAt } from './bootstrap.ts';
import { meanOf } from './moments.ts';
import { middleOf, quantileOf } from './quantile.ts';
import { next, randomOf, wholeBelow } from './random.ts';
import { redrawnPaths } from './redrawn-paths.ts';
import { drawPositions, type Resampling, usualBlockLength } from './resample.ts';
import { sharpeOf } from './sharpe.ts';

const MASK = 0xffff_ffffn;
const rotl = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & MASK;

describe('the generator', () => {
  it('is xoshiro128** as its authors wrote it, word by word', () => {
    const state = Uint32Array.of(1, 2, 3, 4);
    const s = [1n, 2n, 3n, 4n] as [bigint, bigint, bigint, bigint];
    for (let i = 0; i < 500; i += 1) {
      const result = (rotl((s[1] * 5n) & MASK, 7n) * 9n) & MASK;
      const t = (s[1] << 9n) & MASK;
      s[2] ^= s[0];
      s[3] ^= s[1];
      s[1] ^= s[2];
      s[0] ^= s[3];
      s[2] ^= t;
      s[3] = rotl(s[3], 11n);
      expect(next(state)).toBe(Number(result));
    }
  });

  it('gives the same stream for the same seed, another for the next seed and the next stream, and is even', () => {
    const first = (seed: number, stream: number) => Array.from({ length: 4 }, randomOf(seed, stream));
    expect(first(7, 0)).toEqual(first(7, 0));
    const all = [first(7, 0), first(8, 0), first(7, 1), first(0, 0), first(-1, 0)].map(String);
    expect(new Set(all).size).toBe(all.length);

    const counts = new Array<number>(10).fill(0);
    for (let stream = 0; stream < 1_000; stream += 1) {
      const random = randomOf(3, stream);
      for (let i = 0; i < 100; i += 1) counts[wholeBelow(random, 10)] = (counts[wholeBelow(random, 10)] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

it('takes a draw of days that made nothing for 0, and of any other single value for none', () => {
  expect(sharpeAt([0, 0.01], Int32Array.of(0, 0))).toBe(0);
  expect(sharpeAt([0, 0.01], Int32Array.of(1, 1))).toBeNull();
  expect(sharpeAt([0, 0.01], Int32Array.of(0))).toBeNull();
});

it('has no mean of no draw', () => {
  expect(meanAt([1, 2, 3], new Int32Array())).toBeNull();
  expect(meanAt([1, 2, 3], Int32Array.of(0, 0, 2))).toBeCloseTo(5 / 3, 12);
});

it('finds quantiles between values as numpy does', () => {
  const found = [0.1, 0.33, 0.9].map((p) => quantileOf([1, 2, 4, 8, 16], p));
  [1.4, 2.64, 12.8].forEach((expected, i) => {
    expect(found[i]).toBeCloseTo(expected, 12);
  });
  expect(middleOf([5, 1, 3], 1)).toEqual({ low: 1, high: 5 });
  expect(quantileOf([], 0.5)).toBeNaN();
});

describe('redrawn positions', () => {
  const drawn = (resampling: Resampling, length: number, count: number, seed = 1) => {
    const out = new Int32Array(count);
    drawPositions(resampling, length, randomOf(seed), out);
    return [...out];
  };
  const KINDS: readonly Resampling[] = [
    { kind: 'single' },
    { kind: 'circular', blockLength: 4 },
    { kind: 'stationary', blockLength: 4 },
  ];

  it.each(KINDS)('lie within the series and take every place equally often: $kind', (resampling) => {
    const all = drawn(resampling, 20, 40_000);
    const counts = new Array<number>(20).fill(0);
    for (const at of all) counts[at] = (counts[at] ?? 0) + 1;

    expect(counts.length).toBe(20);
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(350);
  });

  it('run on inside a block, round the end of the series, and begin anew behind it', () => {
    const all = drawn({ kind: 'circular', blockLength: 4 }, 10, 4_000);
    const goesOn = (i: number) => all[i] === ((all[i - 1] as number) + 1) % 10;

    for (let i = 1; i < all.length; i += 1) if (i % 4 !== 0) expect(goesOn(i)).toBe(true);
    const starts = all.filter((_, i) => i % 4 === 0);
    expect(new Set(starts).size).toBe(10);
  });

  it('have blocks of the mean length that is asked for', () => {
    const all = drawn({ kind: 'stationary', blockLength: 8 }, 1_000, 80_000);
    const breaks = all.filter((at, i) => i > 0 && at !== ((all[i - 1] as number) + 1) % 1_000).length;

    expect(Math.abs(all.length / breaks - 8)).toBeLessThan(0.3);
    expect(drawn({ kind: 'stationary', blockLength: 1 }, 50, 30)).not.toEqual(drawn(KINDS[2] as Resampling, 50, 30));
  });

  it('take blocks of the cube root of the length where nothing else is said', () => {
    expect([0, 1, 27, 1_460].map(usualBlockLength)).toEqual([1, 1, 3, 11]);
  });
});

describe('[REQ-BT2] a bootstrap', () => {
  const noise = randomOf(11);
  const sample = Array.from({ length: 400 }, () => noise() + noise() + noise() - 1.5 + 0.05);

  it('scatters a mean as theory says: deviation over the root of the count', () => {
    const drawn = bootstrap(sample.length, (at) => meanAt(sample, at), {
      resampling: { kind: 'single' },
      draws: 4_000,
      seed: 5,
    });
    const { low, high } = bootstrapInterval(drawn, 0.95) as { low: number; high: number };
    // Three uniforms have a variance of a quarter.
    const error = 0.5 / Math.sqrt(400);

    expect(meanOf(drawn.values)).toBeCloseTo(meanOf(sample), 2);
    expect(Math.abs((high - low) / (2 * 1.96 * error) - 1)).toBeLessThan(0.12);
  });

  it('keeps series together that share their positions, and is the same again with the same seed', () => {
    const double = sample.map((each) => 2 * each);
    const options = { resampling: { kind: 'stationary', blockLength: 5 }, draws: 200, seed: 9 } as const;
    const apart = bootstrap(
      400,
      (at) => (sharpeAt(sample, at) as number) - (sharpeAt(double, at) as number),
      options,
    ).values;
    const again = (seed: number) => [...bootstrap(400, (at) => sharpeAt(sample, at), { ...options, seed }).values];

    expect(Math.max(...apart.map(Math.abs))).toBeLessThan(1e-12);
    expect(again(9)).toEqual(again(9));
    expect(again(9)).not.toEqual(again(10));
  });

  it('leaves out what has no figure, and has no interval of nothing', () => {
    const drawn = bootstrap(3, () => null, { resampling: { kind: 'single' }, draws: 5, seed: 1 });
    expect(drawn).toEqual({ values: new Float64Array(0), shareAboveZero: 0 });
    expect(bootstrapInterval(drawn, 0.95)).toBeNull();
    expect(
      bootstrapInterval(
        bootstrap(0, () => 1, { resampling: { kind: 'single' }, draws: 5, seed: 1 }),
        0.9,
      ),
    ).toBeNull();
  });

  it('knows the Sharpe ratio of the places in their order as that of the series', () => {
    const inOrder = Int32Array.from(sample, (_, i) => i);
    expect(sharpeAt(sample, inOrder)).toBeCloseTo(sharpeOf(sample) as number, 12);
    expect(sharpeAt([0.1, 0.1, 0.1], Int32Array.of(0, 1, 2))).toBeNull();
  });
});

function compounded(returns: readonly number[]): readonly number[] {
  const values = [1];
  for (const each of returns) values.push((values.at(-1) as number) * (1 + each));
  return values;
}

function deepestByPairs(values: readonly number[]): number {
  return Math.max(...values.flatMap((high, i) => values.slice(i).map((low) => (high - low) / high)));
}

describe('[REQ-BT2] redrawn paths', () => {
  const returns = fc.array(fc.double({ min: -0.3, max: 0.3, noNaN: true }), { minLength: 1, maxLength: 40 });

  it('are what compounding by hand makes of the same places', () => {
    fc.assert(
      fc.property(returns, fc.integer({ min: 1, max: 6 }), (series, blockLength) => {
        const resampling = { kind: 'circular', blockLength } as const;
        const paths = redrawnPaths(series, { resampling, draws: 5, seed: 3 }, 5);
        for (let draw = 0; draw < 5; draw += 1) {
          const places = new Int32Array(series.length);
          drawPositions(resampling, series.length, randomOf(3, draw), places);
          const values = compounded([...places].map((at) => series[at] as number));
          expect(paths.totals[draw]).toBeCloseTo((values.at(-1) as number) - 1, 10);
          expect(paths.drawdowns[draw]).toBeCloseTo(deepestByPairs(values), 10);
          for (const { after, values: column } of paths.marks) {
            expect(column[draw]).toBeCloseTo(values[after] as number, 10);
          }
        }
        expect(paths.marks[0]?.after).toBe(0);
        expect(paths.marks.at(-1)?.after).toBe(series.length);
      }),
    );
  });

  it('cannot lose more than all', () => {
    const { totals, drawdowns } = redrawnPaths([-1.5], { resampling: { kind: 'single' }, draws: 1, seed: 1 }, 2);
    expect([totals[0], drawdowns[0]]).toEqual([-1, 1]);
  });
});
