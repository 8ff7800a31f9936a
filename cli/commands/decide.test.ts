import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../shared/config/load.ts';
import { canonicalJson } from '../../shared/core/cycle/canonical-json.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import { encodeDecision, encodeInputs } from '../../shared/core/cycle/encode.ts';
import { accountOf, BTC, breakout, calmMarket, configOf, snapshotOf, symbolOf } from '../../test/core/world.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { decideCommand } from './decide.ts';
import { explainCommand } from './explain.ts';

const symbols = [...calmMarket().filter(({ productId }) => productId !== BTC), symbolOf(BTC, { closes: breakout() })];
const snapshot = snapshotOf(symbols);
const archived = encodeInputs(snapshot, accountOf(), configOf());

async function output(command: Command, ...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  await command.parseAsync(args, { from: 'user' });
  return lines.join('\n');
}

describe('decisions on files', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'decide-'));
  });
  afterEach(async () => rm(dir, { recursive: true }));

  async function fileOf(content: string | Uint8Array): Promise<string> {
    const file = join(dir, 'given.json');
    await writeFile(file, content);
    return file;
  }
  const decided = async (content: string | Uint8Array, ...args: readonly string[]) =>
    output(decideCommand(), '--snapshot', await fileOf(content), '--json', ...args);

  it('[I8] an archived cycle gives the recorded decision again, byte for byte, packed or not', async () => {
    const recorded = encodeDecision(decide(snapshot, accountOf(), configOf()));

    expect(await decided(archived)).toBe(recorded);
    expect(await decided(gzipSync(archived))).toBe(recorded);
  });

  it('another stage decides on the same market with its own config', async () => {
    const { config_hash } = JSON.parse(await decided(archived, '--stage', 'live'));
    const live = loadConfig({ dir: CONFIG_DIR, stage: 'live' });

    expect(live.kind === 'ok' && live.config.decision.configHash).toBe(config_hash);
  });

  it('a snapshot written by hand needs neither account nor config', async () => {
    const text = `{"$schema": "docs/snapshot.schema.json", ${canonicalJson(snapshot).slice(1)}`;

    expect(JSON.parse(await decided(text, '--cash', '2500'))).toMatchObject({ equity: '2500' });
    expect(JSON.parse(await decided(`{"snapshot": ${canonicalJson(snapshot)}}`))).toMatchObject({ equity: '10000' });
  });

  it('in a fresh account no symbol has to wait until it is known', async () => {
    const { universe } = JSON.parse(await decided(canonicalJson(snapshot)));

    expect(universe.map(({ exclusion_reason }: { exclusion_reason: string }) => exclusion_reason)).not.toContain(
      'hysteresis',
    );
  });

  it('says which file and which place in it is wrong', async () => {
    const wrong = archived.replace('"bid":"', '"bid":"about ').replace('"slotMs":', '"slotms":');
    const refusal = decided(wrong);

    await expect(refusal).rejects.toThrow(join(dir, 'given.json'));
    await expect(refusal).rejects.toThrow(/snapshot\.symbols\.0\.quote\.bid: not a plain decimal number: "about /);
    await expect(refusal).rejects.toThrow(/snapshot\.slotMs: /);
    await expect(decided('{"symbols": 3}')).rejects.toThrow(/^ {2}symbols: /m);
  });

  it('refuses what is no file, no archive, no JSON, and an account beside --cash', async () => {
    await expect(output(decideCommand(), '--snapshot', join(dir, 'none.json'))).rejects.toThrow(
      /none\.json cannot be read/,
    );
    await expect(decided(gzipSync(archived).subarray(0, 200))).rejects.toThrow(/cannot be read/);
    await expect(decided('{')).rejects.toThrow(/given\.json is not JSON/);
    await expect(decided(archived, '--cash', '5')).rejects.toThrow(/holds an account/);
    await expect(decided(canonicalJson(snapshot), '--cash', 'much')).rejects.toThrow(/Use dollars/);
  });

  it('refuses what another version archived in another format, and says which it reads', async () => {
    const older = archived.replace('"format":2', '"format":1').replace('"max_signal_age_minutes"', '"since_renamed"');

    await expect(decided(older)).rejects.toThrow(
      `${join(dir, 'given.json')} cannot be read: it is of format 1, this version reads format 2: use the version that wrote it`,
    );
  });

  it('refuses a config for other bars', async () => {
    const hourly = canonicalJson({ ...snapshot, baseInterval: '1h' });

    await expect(decided(hourly)).rejects.toThrow(/baseInterval is 1h, the config decides on 1m bars/);
  });

  it('explains the way from the universe to the order, rule by rule', async () => {
    const text = await output(explainCommand(), '--snapshot', await fileOf(archived));

    const titles = text.split('\n').filter((line) => /^\d /.test(line));
    expect(titles.map((line) => line.replace(/:.*/, ''))).toEqual([
      '1 universe',
      '2 strategies',
      '3 proposals',
      '4 budgets',
      '5 risk',
      '6 orders',
      '7 reasons',
    ]);
    expect(text).toMatch(/BTC-USD +BUY +donchian-breakout +breakout +5\.00%/);
    expect(text).toMatch(/BTC-USD BUY entry breakout \(donchian-breakout\): (approved|rejected)/);
    expect(text).toMatch(/^ {4}position_cap|^ {4}\S*position\S* +(allow|cap|deny)/m);
    expect(text).not.toContain(String.fromCharCode(27));
  });

  it('shows what a strategy without authority would have asked for, and that nothing came of it', async () => {
    const shadowed = encodeInputs(
      snapshot,
      accountOf(),
      configOf({ signals: { strategy: { 'donchian-breakout': { shadow: true } } } }),
    );
    const text = await output(explainCommand(), '--snapshot', await fileOf(shadowed));

    expect(text).toContain('shadow proposals: 1, none of them ordered');
    expect(text).toMatch(/BTC-USD +BUY +donchian-breakout/);
    expect(text).toContain('6 orders: 0');
    expect(text).toMatch(/^shadow scores: on paper, after this cycle$/m);
    expect(text).toMatch(/donchian-breakout +2026-01-05 12:00 +0 +0 +\$0\.00 +\$0\.00 +1 +-\$\d+\.\d\d$/m);
    const json = await output(explainCommand(), '--snapshot', await fileOf(shadowed), '--json');
    expect(JSON.parse(json).shadow_scores).toMatchObject([{ strategy: 'donchian-breakout', open: 1, closed: 0 }]);
    expect(await output(explainCommand(), '--snapshot', await fileOf(archived))).not.toContain('shadow');
  });

  it('explains one symbol alone, as JSON too, and knows no other', async () => {
    const file = await fileOf(archived);
    const funnel = JSON.parse(await output(explainCommand(), '--snapshot', file, '--symbol', 'BTC-USD', '--json'));

    expect(funnel.universe.map(({ symbol }: { symbol: string }) => symbol)).toEqual(['BTC-USD']);
    expect(funnel.asked).toHaveLength(1);
    expect(funnel.asked[0].risk_records.length).toBeGreaterThan(10);
    expect(await output(explainCommand(), '--snapshot', file, '--symbol', 'ETH-USD')).not.toContain('BTC-USD');
    await expect(output(explainCommand(), '--snapshot', file, '--symbol', 'XYZ-USD')).rejects.toThrow(
      /XYZ-USD is in no tier and not held; there are: BTC-USD/,
    );
  });
});
