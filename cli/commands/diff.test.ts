import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../test/local/harness.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { diffCommand } from './diff.ts';

const MAKER = 'maker 130 s, 1 more, then taker';

describe('what another config would have ordered', () => {
  let state = '';
  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), 'diff-run-'));
    // It buys three coins in each of the last two.
    await run({ mode: 'paper', state, cycles: 4 });
  }, 60_000);
  afterAll(() => rmSync(state, { recursive: true }));

  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'diff-'));
    cpSync(CONFIG_DIR, join(dir, 'next'), { recursive: true });
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
    vi.restoreAllMocks();
  });
  const edit = (file: string, from: string | RegExp, to: string) => {
    const path = join(dir, 'next', file);
    const text = readFileSync(path, 'utf8');
    const edited = text.replace(from, to);
    if (edited === text) throw new Error(`${file} has no ${from}`);
    writeFileSync(path, edited);
  };
  async function output(...args: readonly string[]): Promise<string> {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const command = diffCommand();
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    await command.parseAsync(['--old', CONFIG_DIR, '--new', join(dir, 'next'), '--archive', state, ...args], {
      from: 'user',
    });
    return lines.join('\n');
  }
  const json = async (...args: readonly string[]) => JSON.parse(await output(...args, '--json'));

  it('is nothing for the same config, which orders on this market', async () => {
    const diff = await json();
    expect(diff).toMatchObject({
      cycles: 4,
      changed_cycles: 0,
      changes: [],
      intents: { only_old: 0, only_new: 0, altered: 0 },
    });
    expect(diff.intents.same).toBeGreaterThan(0);
    expect(diff.turnover_usd.old).toBeGreaterThan(0);
    expect(diff.turnover_usd.new).toBe(diff.turnover_usd.old);
    expect(diff.worst_exposure_pct.old).toBeGreaterThan(0);
  });

  it('tells intents that change from those that go and why, with turnover and exposure', async () => {
    edit('policy.yaml', /max_open_positions: \d+/, 'max_open_positions: 3');
    edit('policy.yaml', /entry_route: \w+/, 'entry_route: taker');
    const diff = await json();

    expect(diff).toMatchObject({ cycles: 4, changed_cycles: 2, intents: { old: 6, same: 0, only_new: 0 } });
    expect(diff.intents.altered + diff.intents.only_old).toBe(6);
    expect(diff.intents.altered).toBe(diff.intents.new);
    const altered = diff.changes.find(({ kind }: { kind: string }) => kind === 'altered');
    expect(altered).toMatchObject({ side: 'BUY', purpose: 'entry', old: { route: MAKER }, new: { route: 'taker' } });
    const gone = diff.changes.find(({ kind }: { kind: string }) => kind === 'only_old');
    expect(gone).toMatchObject({ old: { route: MAKER }, new: null, instead: 'max_open_positions' });
    expect(diff.turnover_usd.new).toBeLessThan(diff.turnover_usd.old);
    expect(diff.worst_exposure_pct.new).toBeLessThan(diff.worst_exposure_pct.old);
    const text = await output();
    expect(text).toMatch(/cycles that order differently +2/);
    expect(text).toMatch(/BUY entry +gone +.*maker 130 s, .* +max_open_positions/);
  });

  it('sees that an order would wait longer, be moved less often, or no longer take in the end', async () => {
    edit('policy.yaml', /max_reprices: 1/, 'max_reprices: 2');
    edit('policy.yaml', /taker_fallback: true/, 'taker_fallback: false');
    edit('policy.yaml', /: 130$/gm, ': 190');
    const diff = await json();

    expect(diff.intents).toMatchObject({ old: 6, new: 6, altered: 6, same: 0 });
    const routes = diff.changes.map(({ old, new: next }: { old: { route: string }; new: { route: string } }) => [
      old.route,
      next.route,
    ]);
    expect(routes).toContainEqual(['maker 130 s, 1 more, then taker', 'maker 190 s, 2 more']);
  });

  it('refuses a config with faults, and one for other bars', async () => {
    edit('policy.yaml', /max_open_positions: \d+/, 'max_open_positions: many');
    await expect(output()).rejects.toThrow(/policy\.yaml:\d+.*max_open_positions/s);
    await expect(output('--new', join(dir, 'none'))).rejects.toThrow(/none/);
  });
});
