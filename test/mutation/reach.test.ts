import { stripTypeScriptTypes } from 'node:module';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { mutantsOf } from './mutants.ts';
import { probed, REACHED } from './reach.ts';

const SOURCE = `
const LIMIT = 7;
function f(a: number): number {
  if (a > LIMIT) {
    return a - 1;
  } else return [a].map((b: number) => b * 2)[0] as number;
}
const POWER = 9;
const g = ({ a }: { a: number }): object => ({ b: a + 3 * POWER });
`;
const IF = ['7', '>', '>', 'a > LIMIT', 'a > LIMIT', '0'];

describe('who passes where', () => {
  it.each([
    ['', []],
    ['f(8)', [...IF, '-', '1']],
    ['f(6)', [...IF, '*', '2']],
    ['g({ a: 1 })', ['+', '3', '*', '9']],
  ])('"%s" passes the faults that it can notice', (call, faults) => {
    const reached = new Set<string>();
    const script = stripTypeScriptTypes(`${probed(SOURCE, 'a.ts')};${call}`);
    runInNewContext(script, { [REACHED]: reached });

    const passed = mutantsOf(SOURCE).filter(({ stretches }) =>
      stretches.some((stretch) => reached.has(`a.ts:${stretch}`)),
    );
    expect(passed.map(({ from }) => from).sort()).toEqual(faults.sort());
  });
});
