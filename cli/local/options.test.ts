import { describe, expect, test } from 'vitest';
import { defaultStateDir, type LocalFlags, localRun } from './options.ts';

const FLAGS: LocalFlags = { source: 'synthetic', seed: 1, stage: 'local', config: 'config' };

describe('the options of a local run', () => {
  test('default to a watchable synthetic market on the simulator', () => {
    expect(localRun(FLAGS)).toMatchObject({ exchange: 'simulator', mode: undefined, pace: 240, isJson: false });
  });

  test('use the wall clock for the real market', () => {
    expect(localRun({ ...FLAGS, source: 'public' })).toMatchObject({ exchange: 'coinbase', pace: 'wall' });
  });

  test.each([
    ['[I10] LIVE on Coinbase is for a deployed stage', { mode: 'live', exchange: 'coinbase', source: 'public' }],
    ['belong together', { source: 'public', exchange: 'simulator' }],
    ['belong together', { source: 'synthetic', exchange: 'coinbase' }],
    ['--speed cannot hurry', { source: 'public', speed: 'max' }],
    ['--from and --to are for', { source: 'public', from: 1 }],
    ['needs --data DIR', { source: 'replay' }],
    ['read by --source replay only', { data: 'x' }],
    ['--from must be before --to', { from: 2, to: 2 }],
  ] as const)('are refused when %s', (words, flags) => {
    expect(() => localRun({ ...FLAGS, ...flags })).toThrow(words.replace('[I10] ', ''));
  });

  test('keep every mode in its own folder', () => {
    const folders = (['DRY_RUN', 'PAPER', 'LIVE'] as const).map((mode) => defaultStateDir(mode, localRun(FLAGS)));
    expect(folders.map((folder) => folder.split('/.state/')[1])).toEqual([
      'dry_run-synthetic-1',
      'paper-synthetic-1',
      'live-synthetic-1',
    ]);
  });
});
