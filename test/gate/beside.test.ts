import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Run, runGate, type Step } from './run-gate.ts';

const e2e: Step = { name: 'e2e', command: ['e2e'], place: 'beside' };
const lint: Step = { name: 'lint', command: ['lint'] };
const speed: Step = { name: 'speed', command: ['speed'], place: 'alone' };

/** A gate whose steps end when the test says so, at the second it says. */
function start(steps: readonly Step[]) {
  const begun: string[] = [];
  const lines: string[] = [];
  const running = new Map<string, (exitCode: number) => void>();
  let nowMs = 0;
  const run: Run = async ([tool = ''], output) => {
    begun.push(`${tool} ${output}`);
    const exitCode = await new Promise<number>((resolve) => running.set(tool, resolve));
    return { exitCode, output: output === 'held' ? `said by ${tool}\n` : '' };
  };
  const passed = runGate(steps, run, { print: (line) => lines.push(line), nowMs: () => nowMs });
  return {
    begun,
    lines,
    passed,
    async end(tool: string, exitCode: number, atS: number) {
      nowMs = atS * 1_000;
      running.get(tool)?.(exitCode);
      await turn();
    },
  };
}

describe('a step beside the others', () => {
  it('runs while those after it run, and one that measures waits for it', async () => {
    const { begun, end, passed } = start([e2e, lint, speed]);
    expect(begun).toEqual(['e2e held', 'lint shown']);
    await end('lint', 0, 1);
    expect(begun).toEqual(['e2e held', 'lint shown']);
    await end('e2e', 0, 5);
    expect(begun).toEqual(['e2e held', 'lint shown', 'speed shown']);
    await end('speed', 0, 6);
    expect(await passed).toBe(true);
  });

  it('shows what it said as one block, however early it ended, and stands at its place with its own time', async () => {
    const { end, lines, passed } = start([e2e, lint]);
    await end('e2e', 0, 3);
    expect(lines.join('\n')).not.toContain('said by e2e');
    await end('lint', 0, 9);
    expect(await passed).toBe(true);
    const text = lines.join('\n');
    expect(text).toMatch(
      /\n\[2\/2\] lint: lint\nlint +ok +9\.0 s\n\n\[1\/2\] e2e: e2e\nsaid by e2e\ne2e +ok +3\.0 s\n/,
    );
    expect(text).toMatch(/\n\ne2e +ok +3\.0 s\nlint +ok +9\.0 s\n\n2 passed, 0 failed$/);
  });

  it('fails the gate as any other, and stops none of the others', async () => {
    const { begun, end, lines, passed } = start([e2e, lint, speed]);
    await end('e2e', 1, 2);
    await end('lint', 0, 3);
    expect(begun).toContain('speed shown');
    await end('speed', 0, 4);
    expect(await passed).toBe(false);
    expect(lines.at(-1)).toBe('2 passed, 1 failed');
  });
});
