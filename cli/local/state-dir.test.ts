import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStateDir, type RunIdentity } from './state-dir.ts';

const IDENTITY: RunIdentity = {
  mode: 'PAPER',
  exchange: 'simulator',
  source: 'synthetic',
  seed: 7,
  data: null,
  interval: '1m',
  from: null,
};

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'state-dir-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('a state folder', () => {
  test('[REQ-SI1] lets one instance in and says why to the second', () => {
    const first = openStateDir(dir, IDENTITY, false);
    expect(() => openStateDir(dir, IDENTITY, false)).toThrow(/^single-instance lock: another instance is running on /);
    first.close();
    openStateDir(dir, IDENTITY, false).close();
  });

  test.each([
    ['mode', 'LIVE'],
    ['seed', 8],
    ['source', 'replay'],
    ['data', '/other'],
    ['exchange', 'coinbase'],
    ['interval', '5m'],
    ['from', '2021-05-18'],
  ] as const)('[I10] refuses a run with another %s and names both', (key, value) => {
    openStateDir(dir, IDENTITY, false).close();
    const open = () => openStateDir(dir, { ...IDENTITY, [key]: value }, false);
    expect(open).toThrow(`belongs to ${key} ${IDENTITY[key] ?? '(none)'}, not ${value}`);
    // The refusal must not keep the folder locked.
    openStateDir(dir, IDENTITY, false).close();
  });

  test('says whether a run goes on', () => {
    const first = openStateDir(dir, IDENTITY, false);
    expect(first.isResumed).toBe(false);
    first.close();
    const second = openStateDir(dir, IDENTITY, true);
    expect(second.isResumed).toBe(true);
    second.close();
  });

  test('sets a finished run aside only when asked to start over', () => {
    const first = openStateDir(dir, IDENTITY, false);
    writeFileSync(first.path('alerts.jsonl'), 'old');
    first.markFinished();
    first.close();

    const again = openStateDir(dir, IDENTITY, false);
    expect(again.isResumed).toBe(true);
    again.markFinished();
    again.close();

    const fresh = openStateDir(dir, IDENTITY, true);
    expect(fresh.isResumed).toBe(false);
    expect(() => rmSync(fresh.path('alerts.jsonl'))).toThrow('ENOENT');
    rmSync(fresh.path(join('previous', 'alerts.jsonl')));
    fresh.close();
  });

  test('refuses a run file it cannot read', () => {
    writeFileSync(join(dir, 'run.json'), '{');
    expect(() => openStateDir(dir, IDENTITY, false)).toThrow('is not a run file of this version');
  });
});
