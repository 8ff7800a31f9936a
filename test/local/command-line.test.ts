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
    timeout: 25_000,
    env: { ...process.env, NO_COLOR: '1', AWS_REGION: undefined, AWS_PROFILE: undefined, AWS_CONFIG_FILE: '/dev/null' },
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
    const words =
      'LIVE on Coinbase is for a deployed stage, which its gates guard: use --exchange simulator here, or docs/deploy.md';
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

  test.each([
    [['data'], 'error: name a command'],
    [['local', '--state', PROGRAM, '--cycles', '1'], 'error: EEXIST: file already exists, mkdir '],
    [['data', 'synth', '--from', '2025-01-01', '--to', '2025-01-02', '--out', PROGRAM], 'error: EEXIST: '],
    [['simulator', '--journal', ROOT], 'error: EISDIR: '],
    [['simulator', '--journal', PROGRAM], `error: ${PROGRAM}:1: not a journal of this simulator`],
    [['simulator', '--data', ROOT], 'error: --data and --from are read by --source replay only'],
    [['drill', 'kill-switch', '--seed', 'abc'], "error: option '--seed <n>' argument 'abc' is invalid."],
    [['alerts', 'test', '--state', '/tmp/no-such-run'], 'error: no run has kept its state in /tmp/no-such-run'],
  ])('says what a person can mend without a stack: %j', { timeout: 30_000 }, (words, said) => {
    const { status, stderr } = trader(...words);
    expect(status).toBe(1);
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/outputHelp|^ +at /m);
  });

  test('ends where decisions cannot be written, and does not wait for the exchange that it started', {
    timeout: 30_000,
  }, () => {
    const { status, stderr } = trader('local', '--cycles', '1', '--state', freshDir(), '--decisions', ROOT);
    expect(status).toBe(1);
    expect(stderr).toContain(`error: --decisions ${ROOT} cannot be written: EISDIR`);
  });

  test('says what to do where AWS was not named', { timeout: 30_000 }, () => {
    const { status, stderr } = nodeRuns(PROGRAM, 'kill', '--stage', 'live', '--reason', 'looks wrong');
    expect(status).toBe(1);
    expect(stderr).toBe('error: Region is missing; set AWS_REGION, or AWS_PROFILE to a profile that names a region\n');
  });

  test('claims no offset of a clock that was not measured', { timeout: 30_000 }, () => {
    const { status, stdout } = trader('probe', '--stage', 'local', '--exchange-url', 'http://127.0.0.1:1');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^clock {4}not measured \(limit 100 ms\)$/m);
  });

  test('helps with examples', { timeout: 30_000 }, () => {
    const { status, stdout } = trader('--help');
    expect(status).toBe(0);
    for (const word of ['local', 'config', 'probe', 'simulator', 'Examples:']) expect(stdout).toContain(word);
  });
});
