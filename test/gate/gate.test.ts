import { describe, expect, it } from 'vitest';
import { readCounts, readE2eCounts } from './counts.ts';
import { refuseOldNode } from './node-version.ts';
import { runGate, type Step } from './run-gate.ts';

const lint: Step = { name: 'lint', command: ['lint'] };
const synth: Step = { name: 'synth', command: ['synth'] };

function tests(passed: number, failed: number): Step {
  return { name: 'tests', command: ['tests'], counts: () => ({ passed, failed, skipped: 0, failures: [] }) };
}

async function gate(steps: readonly Step[], failing: readonly string[]) {
  const ran: string[] = [];
  const lines: string[] = [];
  const run = async ([tool = '']: readonly string[]) => {
    ran.push(tool);
    return { exitCode: failing.includes(tool) ? 1 : 0, output: '' };
  };
  const passed = await runGate(steps, run, { print: (line) => lines.push(line), nowMs: () => 0 });
  return { passed, ran, last: lines.at(-1) };
}

describe('the gate', () => {
  it('passes and counts each test and each other step once', async () => {
    const { passed, last } = await gate([lint, tests(40, 0), synth], []);

    expect(passed).toBe(true);
    expect(last).toBe('42 passed, 0 failed');
  });

  it('runs every step after a failed one', async () => {
    const { passed, ran, last } = await gate([lint, tests(38, 2), synth], ['lint', 'tests']);

    expect(passed).toBe(false);
    expect(ran).toEqual(['lint', 'tests', 'synth']);
    expect(last).toBe('39 passed, 3 failed');
  });

  it('fails when the test run fails without a failed test, as a file that cannot be loaded does', async () => {
    const { passed, last } = await gate([tests(40, 0)], ['tests']);

    expect(passed).toBe(false);
    expect(last).toBe('40 passed, 1 failed');
  });

  it('fails when the test run leaves no counts, whatever its exit code', async () => {
    const { passed, last } = await gate([{ name: 'tests', command: ['tests'], counts: () => undefined }], []);

    expect(passed).toBe(false);
    expect(last).toBe('0 passed, 1 failed');
  });

  it('says of a step that could do nothing here that it was skipped, and counts nothing for it', async () => {
    const lines: string[] = [];
    const skipped = {
      name: 'e2e',
      command: ['e2e'],
      counts: () => ({ passed: 0, failed: 0, skipped: 1, failures: [] }),
    };
    const console = { print: (line: string) => lines.push(line), nowMs: () => 0 };
    expect(await runGate([lint, skipped], async () => ({ exitCode: 0, output: '' }), console)).toBe(true);
    expect(lines.at(-1)).toBe('1 passed, 0 failed');
    expect(lines.join('\n')).toMatch(/^e2e +skipped/m);
  });

  it('reads the counts of a rehearsal', () => {
    const counts = { passed: 50, failed: 1, skipped: 1, failures: ['kill: every alarm has an action'] };
    expect(readE2eCounts(counts)).toEqual(counts);
    expect(() => readE2eCounts({ passed: 50 })).toThrow();
  });

  it('names every failure above the last line, so that the end of a long log tells them', async () => {
    const lines: string[] = [];
    const step = {
      ...tests(1, 1),
      counts: () => ({ passed: 1, failed: 1, skipped: 0, failures: ['a.test.ts: b: c'] }),
    };
    const console = { print: (line: string) => lines.push(line), nowMs: () => 0 };
    await runGate([step, synth], async () => ({ exitCode: 1, output: '' }), console);
    expect(lines.at(-2)).toMatch(/^\ntests +FAILED .*\n {2}FAILED a\.test\.ts: b: c\nsynth +FAILED.*\n$/);
  });

  it('reads the counts and the failures of a Vitest report', () => {
    const failed = { fullName: 'the gate opens', status: 'failed', failureMessages: ['Error: shut\n    at gate'] };
    const passed = { fullName: 'the gate closes', status: 'passed', failureMessages: [] };
    const counts = readCounts(
      {
        numPassedTests: 5,
        numFailedTests: 1,
        numPendingTests: 2,
        testResults: [
          { name: '/project/test/a.test.ts', status: 'failed', message: '', assertionResults: [passed, failed] },
          {
            name: '/project/test/b.test.ts',
            status: 'failed',
            message: 'SyntaxError: what\nis this',
            assertionResults: [],
          },
          { name: '/project/test/c.test.ts', status: 'passed', message: '', assertionResults: [passed] },
        ],
      },
      '/project',
    );

    expect(counts).toEqual({
      passed: 5,
      failed: 1,
      skipped: 2,
      failures: ['test/a.test.ts: the gate opens: Error: shut', 'test/b.test.ts: SyntaxError: what'],
    });
  });

  it('says of a broken law with which seed and on what it broke', () => {
    const said =
      'Error: Property failed after 12 tests\n{ seed: 7, path: "11:1" }\nCounterexample: [[0.25]]\nShrunk 3 time(s)';
    const report = {
      numPassedTests: 0,
      numFailedTests: 1,
      numPendingTests: 0,
      testResults: [
        {
          name: '/project/a.test.ts',
          status: 'failed',
          message: '',
          assertionResults: [{ fullName: 'a law', status: 'failed', failureMessages: [said] }],
        },
      ],
    };
    expect(readCounts(report, '/project').failures).toEqual([
      'a.test.ts: a law: Error: Property failed after 12 tests { seed: 7, path: "11:1" } Counterexample: [[0.25]]',
    ]);
  });

  it('refuses a Node older than 24 and says the remedy', () => {
    expect(refuseOldNode('v20.20.2')).toMatch(/needs Node 24 .*npm ci/);
    expect(refuseOldNode('v23.11.0')).not.toBeNull();
    expect(refuseOldNode('v24.0.0')).toBeNull();
    expect(refuseOldNode('v26.1.0')).toBeNull();
    expect(refuseOldNode('nonsense')).not.toBeNull();
  });
});
