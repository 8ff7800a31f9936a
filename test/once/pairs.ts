import { streamOf } from '../../simulator/market/random.ts';
import { FAULTS } from './faults.ts';
import { emptyTally, type MatrixRow, note } from './matrix.ts';
import { runOnce, type Strike } from './run.ts';
import type { Scenario } from './scenario.ts';

/** How far behind the first fault the second one may be: also within what mends the first. */
const FARTHEST = 40;

/** Two faults in one run, drawn by a seed: the second meets whoever takes over from the first. */
export async function pairsOf(scenarios: readonly Scenario[], count: number, seed: number): Promise<MatrixRow> {
  const random = streamOf(seed);
  const below = (bound: number) => Math.floor(random.next() * bound);
  const pick = <Item>(list: readonly Item[]): Item => list[below(list.length)] as Item;
  const points = new Map<Scenario, number>();
  for (const scenario of scenarios) points.set(scenario, (await runOnce(scenario)).calls.length);

  const tally = emptyTally();
  for (let run = 0; run < count; run += 1) {
    const scenario = pick(scenarios);
    const first: Strike = { fault: pick(FAULTS), point: below(points.get(scenario) ?? 1) };
    const second: Strike = { fault: pick(FAULTS), point: first.point + 1 + below(FARTHEST) };
    const { verdict } = await runOnce(scenario, [first, second]);
    const call = `then ${second.fault} at ${second.point}`;
    note(tally, { scenario: scenario.name, ...first, call }, verdict);
  }
  return { scenario: 'two faults in a run', points: 0, runs: count, ...tally };
}
