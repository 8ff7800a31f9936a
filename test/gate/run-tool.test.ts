import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runTool } from './run-tool.ts';

describe('a tool of the gate', () => {
  it('answers its exit code, and what it said where that is held back', async () => {
    const ran = await runTool(['node', '-e', 'console.log("out"); console.error("err"); process.exitCode = 3'], 'held');

    expect(ran.exitCode).toBe(3);
    expect(ran.output.split('\n').toSorted()).toEqual(['', 'err', 'out']);
  });

  it('has failed, with a remedy, where it cannot be started', async () => {
    expect(await runTool(['no-such-tool'], 'held')).toEqual({
      exitCode: 1,
      output: expect.stringMatching(/^no-such-tool cannot be started: .* Remedy: npm ci\n$/),
    });
  });

  it.skipIf(process.platform === 'win32').each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'ends, with what it started, when the gate ends by %s, though it would rather not',
    async (signal) => {
      const { gate, tools, said } = await gateWithTools();
      expect(tools.filter(isRunning)).toHaveLength(2);
      gate.kill(signal);
      await once(gate, 'exit');
      await vi.waitFor(() => expect(tools.filter(isRunning)).toEqual([]), 20_000);
      await vi.waitFor(() => expect(said).toContain('asked to end'), 5_000);
    },
  );
});

/** Ends when it is asked to, and leaves a child that does not. */
const TOOL = `
  const child = require('node:child_process').spawn(
    process.execPath,
    ['-e', 'process.on("SIGTERM", () => console.log("asked to end")); console.log(process.pid); setInterval(() => {}, 1000)'],
    { stdio: 'inherit' },
  );
  console.log(process.pid);
  setInterval(() => {}, 1000);
`;

/** Another gate in a process of its own, with a tool that goes on for ever. Answers the tool's processes. */
async function gateWithTools() {
  const url = JSON.stringify(join(import.meta.dirname, 'run-tool.ts'));
  const code = `import { runTool } from ${url}; await runTool(['node', '-e', ${JSON.stringify(TOOL)}], 'shown');`;
  const gate = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  createInterface(gate.stdout).on('line', (line) => said.push(line));
  await vi.waitFor(() => expect(said).toHaveLength(2), 20_000);
  const tools = said.map(Number);
  onTestFinished(() => {
    for (const pid of tools.filter(isRunning)) process.kill(pid, 'SIGKILL');
  });
  return { gate, tools, said };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
