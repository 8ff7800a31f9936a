import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decide } from '../../shared/core/cycle/decide.ts';
import { encodeCycle, encodeDecision, encodeInputs } from '../../shared/core/cycle/encode.ts';
import { accountOf, BTC, breakout, calmMarket, configOf, snapshotOf, symbolOf } from '../../test/core/world.ts';
import { replayCommand } from './replay.ts';

const symbols = [...calmMarket().filter(({ productId }) => productId !== BTC), symbolOf(BTC, { closes: breakout() })];
const inputs = { snapshot: snapshotOf(symbols), account: accountOf(), config: configOf() };
const decision = decide(inputs.snapshot, inputs.account, inputs.config);
const archived = encodeCycle(inputs, decision, '1');
const { slotMs } = inputs.snapshot;

describe('one cycle again', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'replay-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
    process.exitCode = undefined;
    vi.restoreAllMocks();
  });
  const keep = (text: string, day = '2026-01-05', name = `${slotMs}.json.gz`) => {
    mkdirSync(join(dir, 'cycles', day), { recursive: true });
    writeFileSync(join(dir, 'cycles', day, name), gzipSync(text));
    return join(dir, 'cycles', day, name);
  };
  async function output(...args: readonly string[]): Promise<string> {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const command = replayCommand();
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    await command.parseAsync(args, { from: 'user' });
    return lines.join('\n');
  }

  it('[I8] is the recorded decision, byte for byte, by slot, by "latest" and by file', async () => {
    const file = keep(archived);
    for (const args of [
      ['2026-01-05T12:00Z', '--archive', dir],
      [String(slotMs), '--state', dir],
      ['latest', '--archive', dir],
      [file],
    ]) {
      expect(JSON.parse(await output(...args, '--json'))).toMatchObject({
        identical: true,
        differences: [],
        slot: '2026-01-05T12:00:00Z',
      });
    }
    expect(await output(file)).toBe(
      'cycle 2026-01-05T12:00:00Z, config hash-of-the-config: the same decision, byte for byte',
    );
    expect(process.exitCode).toBeUndefined();
  });

  it('[I8] shows what differs, place by place, and ends with 1', async () => {
    const quantity = decision.orders[0]?.quantity;
    const wrong = JSON.parse(archived);
    wrong.decision.orders[0].quantity = '1234';
    wrong.decision.regime = 'bear';
    const file = keep(JSON.stringify(wrong));
    const { identical, differences } = JSON.parse(await output(file, '--json'));

    expect(identical).toBe(false);
    expect(differences).toMatchObject([
      { path: 'orders.0.quantity', recorded: '1234' },
      { path: 'regime', recorded: 'bear', replayed: 'chop' },
    ]);
    expect(quantity).toBeDefined();
    expect(process.exitCode).toBe(1);
    expect(await output(file)).toContain('regime\n- "bear"\n+ "chop"');
  });

  it('takes the decisions file of a run for a cycle that was archived without its decision', async () => {
    const file = keep(encodeInputs(inputs.snapshot, inputs.account, inputs.config));
    await expect(output(file)).rejects.toThrow(/holds no decision to compare with: give --decisions FILE/);
    const decisions = join(dir, 'decisions.jsonl');
    writeFileSync(decisions, `${encodeDecision(decision)}\n`);
    expect(JSON.parse(await output(file, '--decisions', decisions, '--json')).identical).toBe(true);
    writeFileSync(decisions, `${encodeDecision(decision)}\nnot one\n`);
    await expect(output(file, '--decisions', decisions)).rejects.toThrow(/decisions\.jsonl:2: not a decision/);
  });

  it('says which cycle is not there, which file is damaged, and which folder holds two runs', async () => {
    const file = keep(archived);
    await expect(output('2026-01-05T12:01Z', '--archive', dir)).rejects.toThrow(
      /no cycle of slot .* there are 1 from 2026-01-05T12:00:00Z/,
    );
    await expect(output('2026-01-05T12:01Z')).rejects.toThrow(/give --archive or --state/);
    await expect(output('latest', '--archive', join(dir, 'none'))).rejects.toThrow(/there is no such folder/);
    keep(archived, 'of-another-bot');
    await expect(output('latest', '--archive', dir)).rejects.toThrow(
      /is there twice: name the folder of one bot and mode/,
    );
    const old = { ...JSON.parse(archived), account: {} };
    writeFileSync(file, gzipSync(JSON.stringify(old)));
    await expect(output(file)).rejects.toThrow(
      /another version of the code decided it \(.*, this is [0-9a-f]+\): .*check out.*--archive/,
    );
    writeFileSync(file, gzipSync(archived).subarray(0, 300));
    await expect(output(file)).rejects.toThrow(new RegExp(`${slotMs}\\.json\\.gz: `));
  });
});
