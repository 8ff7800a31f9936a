import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FIXED_MARKETS, type FixedMarket, withBars } from '../research/baseline/markets.ts';
import { baselineCommand } from './baseline.ts';

let dir = '';
let bars = '';
let file = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'baseline-test-'));
  bars = join(dir, 'hours');
  file = join(dir, 'baselines.json');
  withBars(FIXED_MARKETS[0] as FixedMarket, (from) => cpSync(from, bars, { recursive: true }));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

const SPAN = ['--interval', '1m', '--from', '2025-01-08', '--to', '2025-01-08T06:00Z'];
const ACCEPT = ['accept', '--reason', 'the first', '--date', '2025-06-01'];

async function printed(...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const command = baselineCommand();
  for (const each of [command, ...command.commands]) {
    each.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  const [name = '', ...rest] = args;
  await command.parseAsync([name, '--file', file, '--data', bars, ...rest], { from: 'user' });
  return lines.join('\n');
}

const accepted = () => JSON.parse(readFileSync(file, 'utf8')).acceptances;

describe('trader baseline', () => {
  it('[REQ-BT3] accepts with a reason, checks against it, and fails when the figures move', async () => {
    expect(await printed(...ACCEPT, ...SPAN)).toContain('accepted: data:hours (the first)');
    expect(accepted()).toMatchObject([{ market: 'data:hours', reason: 'the first', date: '2025-06-01' }]);
    expect(await printed('check')).toMatch(/all 10 figures within 2 %/);
    expect(process.exitCode).toBeUndefined();

    const dearer = ['--set', 'policy.execution.taker_fee_bps=70', '--set', 'policy.execution.maker_fee_bps=50'];
    expect(JSON.parse(await printed('check', '--json', ...dearer))).toMatchObject({ ok: false, tolerance_pct: 2 });
    expect(process.exitCode).toBe(1);
  });

  it('[REQ-BT3] records nothing when nothing moved, and keeps what was accepted before', async () => {
    await printed(...ACCEPT, ...SPAN);
    const [first] = accepted();
    expect(await printed(...ACCEPT)).toBe('nothing moved: there is nothing to accept');
    expect(accepted()).toHaveLength(1);

    const shorter = [...SPAN.slice(0, -1), '2025-01-08T05:00Z'];
    expect(await printed('accept', '--reason', 'a shorter span', ...shorter)).toMatch(/fills .*%/);
    expect(accepted()).toMatchObject([first, { reason: 'a shorter span' }]);
  });

  it('[REQ-BT3] refuses figures that were changed by hand, a zero among them', async () => {
    await printed(...ACCEPT, ...SPAN);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/"fills": \d+/, '"fills": 1'));
    await expect(printed('check')).rejects.toThrow(/acceptance 1 \(data:hours\) was changed by hand/);
    writeFileSync(file, text.replace(/"fills": \d+/, '"fills": 0'));
    await expect(printed('check')).rejects.toThrow(/a baseline of zero compares with nothing/);
  });

  it('[REQ-BT3] says that a folder is not there, and not how to accept it', async () => {
    await expect(printed('check', '--data', join(bars, 'nowhere'))).rejects.toThrow(
      /--data .*nowhere is not a folder$/,
    );
  });

  it('[REQ-BT3] does not compare other candles', async () => {
    await printed(...ACCEPT, ...SPAN);
    rmSync(join(bars, 'DOGE-USD_1m.csv'));

    await expect(printed('check')).rejects.toThrow(/holds other candles/);
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ['an empty reason', ['accept', '--reason', '  '], /Say why the figures moved/],
    ['no reason', ['accept'], /--reason/],
    ['a date that is none', ['accept', '--reason', 'x', '--date', '2025-02-31'], /Use a date/],
    ['half a span', ['accept', '--reason', 'x', '--from', '2025-01-08'], /together/],
    ['candles without a baseline', ['check'], /data:hours has no baseline/],
  ])('says what is wrong with %s', async (_, args, message) => {
    await expect(printed(...args)).rejects.toThrow(message);
  });
});
