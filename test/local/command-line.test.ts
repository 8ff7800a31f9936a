import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshDir, ROOT } from './harness.ts';

const PROGRAM = join(ROOT, 'cli', 'start.mjs');

function trader(...words: readonly string[]) {
  return nodeRuns(PROGRAM, ...words);
}

function nodeRuns(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
}

describe('the command line', () => {
  test('prints the summary as the last line of stdout with --json, and progress on stderr', { timeout: 30_000 }, () => {
    const { status, stdout, stderr } = trader(
      'local',
      '--mode',
      'paper',
      '--cycles',
      '3',
      '--speed',
      'max',
      '--state',
      freshDir(),
      '--json',
    );
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(Object.keys(JSON.parse(stdout))).toEqual([
      'cycles',
      'degraded_cycles',
      'proposals',
      'approved',
      'rejected',
      'orders',
      'fills',
      'equity',
      'max_drawdown_pct',
      'latency_ms',
      'invariant_breaks',
      'errors',
    ]);
    expect(stderr).toContain('247trader  PAPER');
    expect(stderr).not.toContain(String.fromCharCode(27));
    expect(status).toBe(0);
  });

  test('says what to do where Node cannot read TypeScript', () => {
    const { status, stdout, stderr } = nodeRuns('--no-strip-types', PROGRAM, '--version');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^error: trader needs Node 24 .* Remedy: .*npm ci/);
  });

  test('says an error in one line, as JSON too, and exits 1', { timeout: 30_000 }, () => {
    const refused = trader('local', '--mode', 'live', '--exchange', 'coinbase', '--source', 'public', '--json');
    const words = 'LIVE on Coinbase is refused: the promotion gates do not exist yet; use --exchange simulator';
    expect(refused).toEqual({
      status: 1,
      stdout: `${JSON.stringify({ error: words })}\n`,
      stderr: `error: ${words}\n`,
    });
    expect(trader('local', '--cycles', 'many')).toEqual({
      status: 1,
      stdout: '',
      stderr: "error: option '--cycles <n>' argument 'many' is invalid. Use a whole number of at least 1.\n",
    });
  });

  test('helps with examples', { timeout: 30_000 }, () => {
    const { status, stdout } = trader('--help');
    expect(status).toBe(0);
    for (const word of ['local', 'config', 'probe', 'simulator', 'Examples:']) expect(stdout).toContain(word);
  });
});
