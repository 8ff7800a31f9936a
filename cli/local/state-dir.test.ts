import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileKillSwitch, setFileKillSwitch } from '../../shared/adapters/local/file-kill-switch.ts';
import { lockState } from '../../shared/adapters/local/state-lock.ts';
import { prepareStateDir, type RunIdentity } from './state-dir.ts';

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
  test('[REQ-SI1] is refused while another instance runs on it', async () => {
    const lock = await lockState(dir);
    await expect(prepareStateDir(dir, IDENTITY, false)).rejects.toThrow(
      /^single-instance lock: another instance is running on /,
    );
    if (lock.kind === 'held') await lock.release();
    expect((await prepareStateDir(dir, IDENTITY, false)).isResumed).toBe(false);
  });

  test.each([
    ['mode', 'LIVE'],
    ['seed', 8],
    ['source', 'replay'],
    ['data', '/other'],
    ['exchange', 'coinbase'],
    ['interval', '5m'],
    ['from', '2021-05-18'],
  ] as const)('[I10] refuses a run with another %s and names both', async (key, value) => {
    await prepareStateDir(dir, IDENTITY, false);
    await expect(prepareStateDir(dir, { ...IDENTITY, [key]: value }, false)).rejects.toThrow(
      `belongs to ${key} ${IDENTITY[key] ?? '(none)'}, not ${value}`,
    );
    // The refusal must not keep the folder locked.
    expect((await prepareStateDir(dir, IDENTITY, true)).isResumed).toBe(true);
  });

  test('[I4] [REQ-K1] keeps a pulled kill switch pulled when a finished run is set aside', async () => {
    const first = await prepareStateDir(dir, IDENTITY, false);
    setFileKillSwitch(dir, { kind: 'killed', reason: 'drill' });
    first.markFinished();

    await prepareStateDir(dir, IDENTITY, true);

    expect(await fileKillSwitch(dir).read()).toMatchObject({ kind: 'killed', reason: 'drill' });
  });

  test('sets a finished run aside only when asked to start over', async () => {
    const first = await prepareStateDir(dir, IDENTITY, false);
    writeFileSync(join(dir, 'alerts.jsonl'), 'old');
    first.markFinished();

    const again = await prepareStateDir(dir, IDENTITY, false);
    expect(again.isResumed).toBe(true);
    again.markFinished();

    const fresh = await prepareStateDir(dir, IDENTITY, true);
    expect(fresh.isResumed).toBe(false);
    expect(existsSync(join(dir, 'alerts.jsonl'))).toBe(false);
    expect(existsSync(join(dir, 'previous', 'alerts.jsonl'))).toBe(true);
  });

  test('refuses a folder of somebody else: setting its run aside would move and then delete what is there', async () => {
    for (const name of ['BTC-USD.csv', 'ETH-USD.csv', 'SOL-USD.csv', 'notes.md'])
      writeFileSync(join(dir, name), 'mine');
    await expect(prepareStateDir(dir, IDENTITY, true)).rejects.toThrow(
      `${dir} holds BTC-USD.csv, ETH-USD.csv, SOL-USD.csv and more, and no run was here (no run.json): choose an empty or a new folder`,
    );
    for (const trace of ['run.json', 'lock']) expect(existsSync(join(dir, trace))).toBe(false);
  });

  test('takes a folder in which only a switch was pulled, or a first run was cut off', async () => {
    setFileKillSwitch(dir, { kind: 'killed', reason: 'drill' });
    writeFileSync(join(dir, 'run.json.new'), '{');
    expect((await prepareStateDir(dir, IDENTITY, false)).isResumed).toBe(false);
  });

  test('refuses a run file it cannot read', async () => {
    writeFileSync(join(dir, 'run.json'), '{');
    await expect(prepareStateDir(dir, IDENTITY, false)).rejects.toThrow('is not a run file of this version');
  });
});
