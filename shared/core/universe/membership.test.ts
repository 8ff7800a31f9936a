import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BTC, configOf, DOGE, snapshotOf, symbolOf } from '../../../test/core/world.ts';
import { usd } from '../money/fixed.ts';
import type { UniverseMemory } from '../portfolio/account.ts';
import { nextMemory, OUTSIDE, stepMembership } from './membership.ts';
import { buildUniverse } from './universe.ts';

const THREE = { cycles_to_enter: 3, cycles_to_leave: 3 };
const config = configOf({ universe: { hysteresis: THREE } });

/** BTC through as many cycles: true is a cycle in which every check is passed. */
function lived(cycles: readonly boolean[]): readonly (string | null | undefined)[] {
  let memory: UniverseMemory = {};
  return cycles.map((passes) => {
    const symbol = symbolOf(BTC, { product: { quoteVolume24h: usd(passes ? '1000000' : '999999') } });
    const records = buildUniverse(snapshotOf([symbol]), config, [], memory);
    memory = nextMemory(memory, records, config.universe.hysteresis);
    return records.find((record) => record.symbol === BTC)?.exclusion_reason;
  });
}

describe('[REQ-U1] hysteresis', () => {
  it('lets a symbol in with the third passing cycle in a row', () => {
    expect(lived([true, true, true, true])).toEqual(['hysteresis', 'hysteresis', null, null]);
    expect(lived([true, true, false, true, true, true])).toEqual([
      'hysteresis',
      'hysteresis',
      'low_volume',
      'hysteresis',
      'hysteresis',
      null,
    ]);
  });

  it('takes a member back at once after two failing cycles, and makes it wait after three', () => {
    const member = [true, true, true];

    expect(lived([...member, false, false, true]).slice(3)).toEqual(['low_volume', 'low_volume', null]);
    expect(lived([...member, false, false, false, true, true, true]).slice(6)).toEqual([
      'hysteresis',
      'hysteresis',
      null,
    ]);
  });

  it('goes on counting for one while another stands, whichever was first', () => {
    const waiting = { member: false, cycles: 1 };
    const standing = { member: true, cycles: 0 };
    const passing = [BTC, DOGE].map((symbol) => symbolOf(symbol));
    for (const memory of [
      { [BTC]: standing, [DOGE]: waiting },
      { [BTC]: waiting, [DOGE]: standing },
    ]) {
      const records = buildUniverse(snapshotOf(passing), config, [], memory);

      expect(Object.values(nextMemory(memory, records, THREE)).filter(({ cycles }) => cycles === 2)).toHaveLength(1);
    }
  });

  it('says how many cycles are done', () => {
    const memory = { [BTC]: { member: false, cycles: 1 } };
    const [record] = buildUniverse(snapshotOf([symbolOf(BTC)]), config, [], memory);

    expect(record?.figures).toMatchObject({ cycles_passed: 2, cycles_to_enter: 3 });
  });

  it('never lets in a symbol that fails, and lets one in exactly when it has earned its place', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (cycles) => {
        const told = lived(cycles);
        // Counted the long way round: the place is decided by the last run of three alike.
        cycles.forEach((passes, i) => {
          const runs = cycles.slice(0, i + 1).flatMap((_, end) => {
            const run = cycles.slice(end - 2, end + 1);
            return end >= 2 && run.every((each) => each === run[0]) ? [run[0]] : [];
          });
          expect(told[i]).toBe(passes ? (runs.at(-1) === true ? null : 'hysteresis') : 'low_volume');
        });
      }),
      { numRuns: 200 },
    );
  });

  it('keeps nothing of symbols that are outside, and forgets a member that is no longer looked at', () => {
    let memory: UniverseMemory = { [DOGE]: { member: true, cycles: 0 } };
    const seen = [1, 2, 3].map(() => {
      memory = nextMemory(memory, [], THREE);
      return memory[DOGE];
    });

    expect(seen).toEqual([{ member: true, cycles: 1 }, { member: true, cycles: 2 }, undefined]);
    expect(memory).toEqual({});
  });

  it('with one cycle each is no hysteresis at all', () => {
    const one = { cycles_to_enter: 1, cycles_to_leave: 1 };

    expect(stepMembership(OUTSIDE, true, one)).toEqual({ member: true, cycles: 0 });
    expect(stepMembership({ member: true, cycles: 0 }, false, one)).toEqual(OUTSIDE);
  });
});
