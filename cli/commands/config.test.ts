import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configCommand } from './config.ts';

const SHIPPED = join(import.meta.dirname, '..', '..', 'config');

interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

async function run(...args: readonly string[]): Promise<Run> {
  const out: string[] = [];
  const err: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  const command = configCommand();
  for (const part of [command, ...command.commands]) part.exitOverride();
  let thrown = 0;
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    thrown = error.exitCode;
  }
  return { exitCode: Number(process.exitCode ?? thrown), out: out.join('\n'), err: err.join('\n') };
}

describe('trader config', () => {
  let dir = '';

  beforeEach(async () => {
    process.exitCode = undefined;
    dir = await mkdtemp(join(tmpdir(), 'config-'));
    await cp(SHIPPED, dir, { recursive: true });
  });

  afterEach(async () => {
    process.exitCode = undefined;
    await rm(dir, { recursive: true });
  });

  async function corrupt(file: string, from: string, to: string): Promise<void> {
    const text = await readFile(join(dir, file), 'utf8');
    await writeFile(join(dir, file), text.replace(from, to));
  }

  it('[REQ-C1] says one line a stage when all is well', async () => {
    const { exitCode, out, err } = await run('check', '--config', dir);

    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^OK local: config [0-9a-f]{16}, mode PAPER, 25 symbols, 2 of \d+ strategies enabled$/),
      expect.stringMatching(/^OK dev: .* mode DRY_RUN, 16 symbols, 0 of \d+/),
      expect.stringMatching(/^OK paper: .* mode PAPER, 16 symbols, 1 of \d+/),
      expect.stringMatching(/^OK live: .* mode DRY_RUN, 16 symbols, 0 of \d+/),
    ]);
  });

  it('checks the files beside the program when no folder is named', async () => {
    expect(await run('check', '--stage', 'live')).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^OK live/),
    });
  });

  it('[REQ-C1] lists every fault once and exits 1', async () => {
    await corrupt('policy.yaml', 'max_drawdown_pct: 10', 'max_drawdown_pct: 0');
    await corrupt('app.yaml', 'jitter_pct: 10', 'jitter_pct: 11');

    const { exitCode, out, err } = await run('check', '--config', dir);

    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(/app\.yaml:16 {2}app\.schedule\.jitter_pct = 11: is too big/);
    expect(err).toMatch(/policy\.yaml:\d+ {2}policy\.risk\.max_drawdown_pct = 0: is too small/);
    expect(err).toContain('2 faults in 2 files');
  });

  it('judges trade sizes at a given equity', async () => {
    const poor = await run('check', '--stage', 'live', '--equity', '500', '--config', dir);

    expect(poor.exitCode).toBe(1);
    expect(poor.err).toContain('no legal trade size for T3 in a bear market at an equity of $500');
  });

  it.each(['-5', '0', 'ten', '1e3', ''])('refuses "%s" as an equity', async (equity) => {
    const { exitCode, err } = await run('check', `--equity=${equity}`, '--config', dir);

    expect(exitCode).toBe(1);
    expect(err).toContain('Use dollars');
  });

  it('prints one JSON object with the faults of each stage', async () => {
    await corrupt('stages/paper.yaml', 'mode: PAPER', 'mode: REAL');

    const { exitCode, out } = await run('check', '--json', '--config', dir);

    const report = JSON.parse(out);
    expect(exitCode).toBe(1);
    expect(report.ok).toBe(false);
    expect(report.stages.map(({ stage, ok }: { stage: string; ok: boolean }) => [stage, ok])).toEqual([
      ['local', true],
      ['dev', true],
      ['paper', false],
      ['live', true],
    ]);
    expect(report.stages[2].faults).toMatchObject([
      { file: 'stages/paper.yaml', line: 4, path: 'app.mode', value: '"REAL"' },
    ]);
  });

  it('refuses a folder that does not exist', async () => {
    const { exitCode, err } = await run('check', '--config', join(dir, 'none'));

    expect(exitCode).toBe(1);
    expect(err).toContain('does not exist');
  });

  it('shows every merged value with its file and line', async () => {
    const { out } = await run('show', '--stage', 'local', '--config', dir);

    expect(out).toMatch(/^app\.mode = "PAPER" +# stages\/local\.yaml:4$/m);
    expect(out).toMatch(/^policy\.risk\.max_total_at_risk_pct = 15 +# policy\.yaml:\d+$/m);
    expect(out).toMatch(/^universe\.tiers\.T1\.symbols = \["BTC-USD","ETH-USD"\] +# universe\.yaml:\d+$/m);
  });

  it('shows the same as JSON', async () => {
    const report = JSON.parse((await run('show', '--stage', 'local', '--json', '--config', dir)).out);

    expect(report).toMatchObject({ stage: 'local', config_hash: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(report.values).toContainEqual({ path: 'app.mode', value: 'PAPER', file: 'stages/local.yaml', line: 4 });
  });

  it('shows faults instead of a config that would be refused', async () => {
    await corrupt('signals.yaml', 'interval: 1m', 'interval: 2m');

    const show = () => run('show', '--stage', 'live', '--config', dir);

    await expect(show()).rejects.toThrow('signals.interval');
  });
});
