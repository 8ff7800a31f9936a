import { describe, expect, it } from 'vitest';
import { createJournal } from './journal.ts';
import { until } from './until.ts';

function journalAt(times: readonly number[]) {
  const lines: string[] = [];
  const left = [...times];
  return {
    lines,
    journal: createJournal(
      (line) => lines.push(line),
      () => left.shift() ?? 0,
    ),
  };
}

describe('the journal of a rehearsal', () => {
  it('says when, in which step and whether it holds, and remembers what does not', () => {
    const { lines, journal } = journalAt([0, 1_500, 2_000]);
    journal.step('kill');
    journal.expect('detected', true, '439 ms');
    journal.expect('cancelled', false, 'never');

    expect(lines).toEqual([
      '   1.5 s  kill       ok     detected: 439 ms',
      '   2.0 s  kill       FAILED cancelled: never',
    ]);
    expect(journal.expectations.filter(({ holds }) => !holds)).toEqual([
      { step: 'kill', what: 'cancelled', holds: false, detail: 'never' },
    ]);
  });

  it('keeps figures in whole numbers, and why something was skipped', () => {
    const { journal } = journalAt([]);
    journal.figure('deploy_ms', 1_234.6);
    journal.skip('roll back', 'no git');

    expect(journal.figures).toEqual({ deploy_ms: 1_235 });
    expect(journal.skipped).toEqual(['roll back: no git']);
    expect(journal.expectations).toEqual([]);
  });
});

describe('waiting', () => {
  it('ends with the first answer, and with none when there was none in time', async () => {
    const answers = [undefined, undefined, 'there'];
    expect(await until(() => answers.shift(), 1_000, 0)).toBe('there');
    expect(await until(() => undefined, 0, 0)).toBeUndefined();
  });
});
