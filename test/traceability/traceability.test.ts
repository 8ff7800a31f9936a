import { describe, expect, it } from 'vitest';
import { readEvidence } from './evidence.ts';
import { buildMatrix } from './matrix.ts';

const REQUIREMENTS = { 'REQ-A1': 'first', 'REQ-B2': 'second', I3: 'third' };

function report(tests: readonly (readonly [string, string])[]) {
  const assertionResults = tests.map(([title, status]) => ({ ancestorTitles: ['[I3] group'], title, status }));
  return { testResults: [{ name: '/repo/shared/core/a.test.ts', assertionResults }] };
}

function matrix(tests: readonly (readonly [string, string])[]) {
  return buildMatrix(REQUIREMENTS, readEvidence(report(tests), '/repo'));
}

describe('traceability', () => {
  it('reads every id of a title and of its groups', () => {
    const rows = readEvidence(report([['[REQ-A1] [REQ-B2] does it', 'passed']]), '/repo');

    expect(rows).toEqual(
      ['I3', 'REQ-A1', 'REQ-B2'].map((id) => ({
        id,
        file: 'shared/core/a.test.ts',
        title: 'group > does it',
        outcome: 'passed',
      })),
    );
  });

  it('counts an id as proven only by a passing test and no failing one', () => {
    const { unproven, markdown } = matrix([
      ['[REQ-A1] works', 'passed'],
      ['[REQ-A1] breaks', 'failed'],
      ['[REQ-B2] waits', 'skipped'],
    ]);

    expect(unproven).toEqual(['REQ-A1', 'REQ-B2', 'I3']);
    expect(markdown).toContain('| REQ-A1 | first | 1 | 1 | 0 | FAIL |');
    expect(markdown).toContain('| REQ-B2 | second | 0 | 0 | 1 | no test |');
  });

  it('lists a requirement without any test', () => {
    const { unproven, markdown } = matrix([['[REQ-A1] works', 'passed']]);

    expect(unproven).toEqual(['REQ-B2']);
    expect(markdown).toContain('- REQ-B2: second');
  });

  it('names ids that the list does not know', () => {
    expect(matrix([['[REQ-A9] works', 'passed']]).unknown).toEqual(['REQ-A9']);
  });

  it('gives the same text whatever the order of the run', () => {
    const tests = [
      ['[REQ-A1] one', 'passed'],
      ['[REQ-A1] two', 'passed'],
      ['[REQ-B2] three', 'passed'],
    ] as const;

    expect(matrix([...tests].reverse()).markdown).toBe(matrix(tests).markdown);
  });
});
