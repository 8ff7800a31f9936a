import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { acceptedOrders, freshDir, ROOT, run } from './harness.ts';

function startChild(state: string): ChildProcess {
  const program = join(ROOT, 'cli', 'trader.ts');
  const flags = ['--mode', 'live', '--seed', '7', '--speed', 'max', '--cycles', '500', '--state', state, '--json'];
  const child = spawn(process.execPath, [program, 'local', ...flags], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Resolves when the child has told so many fills. */
async function fillsOf(child: ChildProcess, count: number): Promise<void> {
  if (child.stderr === null) throw new Error('the child has no stderr');
  let fills = 0;
  for await (const line of createInterface({ input: child.stderr })) {
    if (/^ {4}(BUY|SELL) /.test(line)) fills += 1;
    if (fills >= count) return;
  }
  throw new Error(`the child ended after ${fills} fills`);
}

describe('a killed run', () => {
  test('[REQ-SI1] [I2] [I6] lets nobody else in while it lives, and goes on without a double order after kill -9', {
    timeout: 90_000,
  }, async () => {
    const state = freshDir();
    for (const fills of [3, 2]) {
      const child = startChild(state);
      await fillsOf(child, fills);
      await expect(run({ mode: 'live', state, cycles: 1 })).rejects.toThrow('single-instance lock');
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const { summary, lines } = await run({ mode: 'live', state, cycles: 10 });
    expect(lines[0]).toContain('goes on at');
    expect(summary).toMatchObject({ cycles: 10, invariant_breaks: 0, errors: 0 });
    expect(summary.equity.start).not.toBeNull();
    const accepted = acceptedOrders(state);
    expect(accepted.length).toBeGreaterThanOrEqual(5);
    expect(new Set(accepted).size).toBe(accepted.length);
  });
});
