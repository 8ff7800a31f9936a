import { describe, expect, it } from 'vitest';
import { drawnJitterMs } from '../../lambdas/decide/jitter.ts';
import { jitterMs } from '../../shared/adapters/local/scheduler.ts';
import { jitterSpread } from '../../shared/core/schedule/jitter-spread.ts';
import { randomFrom } from './random-world.ts';

const MAX_MS = 6_000;
const many = <Value>(count: number, offset: (index: number) => Value): readonly Value[] =>
  Array.from({ length: count }, (_, index) => offset(index));

describe('the spread of the jitter', () => {
  it('[REQ-SCH1] that decide draws is found uniform in all but about one of a thousand looks', () => {
    const random = randomFrom(11);
    const verdicts = many(
      400,
      () =>
        jitterSpread(
          many(500, () => drawnJitterMs(MAX_MS, random)),
          MAX_MS,
        ).kind,
    );

    expect(verdicts.filter((kind) => kind !== 'uniform').length).toBeLessThanOrEqual(3);
  });

  it('[REQ-SCH1] of the schedule of this machine is uniform, over two days of slots and for every seed', () => {
    for (const seed of ['a', 'b', '247t#7']) {
      const offsets = many(2_880, (slot) => jitterMs(slot * 60_000, 60_000, 10, seed));

      expect(jitterSpread(offsets, MAX_MS)).toMatchObject({ kind: 'uniform' });
    }
  });

  it('cannot be judged where there is no jitter to look at', () => {
    expect(() => jitterSpread([0], 0)).toThrow('maxMs=0');
    expect(() => jitterSpread([0], Number.NaN)).toThrow('maxMs=NaN');
  });

  const random = randomFrom(5);
  it.each([
    ['a constant', () => 3_000],
    ['nothing at all', () => 0],
    ['only the first half', () => random() * 3_000],
    ['a tilt towards the slot', () => random() ** 1.5 * MAX_MS],
    ['a clump in the middle', () => (random() < 0.25 ? 3_000 : random() * MAX_MS)],
    ['few steps', (index: number) => (index % 4) * 1_500],
  ])('[REQ-SCH1] finds %s out', (_what, offset) => {
    expect(jitterSpread(many(500, offset), MAX_MS)).toMatchObject({ kind: 'not_uniform' });
  });

  it('[REQ-SCH1] refuses offsets that no jitter may have, and too few to tell', () => {
    expect(jitterSpread([...many(99, (index) => index * 60), 6_001], MAX_MS)).toMatchObject({
      kind: 'out_of_range',
      detail: '6001 ms is not within 0 to 6000 ms',
    });
    expect(jitterSpread([...many(99, (index) => index * 60), Number.NaN], MAX_MS).kind).toBe('out_of_range');
    expect(jitterSpread([1, 2, 3], MAX_MS).kind).toBe('too_few');
  });
});
