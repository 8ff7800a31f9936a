import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../../test/local/harness.ts';
import { parityCommand } from './parity.ts';

const CYCLES = 34;
const SAME = { data_bps: 0, decision_bps: 0, fill_bps: 0, fee_bps: 0 };

/** As much of an archived cycle as is tampered with below. */
interface Doc {
  decision?: { orders: { client_order_id: string; quantity: string }[]; equity: string };
  readonly snapshot: {
    readonly symbols: { readonly productId: string; quote: { ask: string; bid: string } | null }[];
    readonly fees: { maker: string; taker: string };
  };
}

async function output(...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const command = parityCommand();
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  await command.parseAsync(args, { from: 'user' });
  return lines.join('\n');
}
const json = async (...args: readonly string[]) => JSON.parse(await output(...args, '--json'));

describe('[I8] a recorded run and its replay', () => {
  let root = '';
  let state = '';
  let archive = '';
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'parity-'));
    state = join(root, 'state');
    await run({ mode: 'paper', state, cycles: CYCLES, decisions: join(root, 'decisions.jsonl') });
  }, 120_000);
  afterAll(() => rmSync(root, { recursive: true }));
  beforeEach(() => {
    archive = join(root, 'archive');
    cpSync(join(state, 'cycles'), archive, { recursive: true });
  });
  afterEach(() => {
    rmSync(archive, { recursive: true });
    process.exitCode = undefined;
    vi.restoreAllMocks();
  });

  /** Changes one archived cycle, or all of them, on the copy. */
  function tamper(which: number | 'all', change: (doc: Doc) => void): void {
    const files = readdirSync(archive, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.gz'));
    for (const [i, name] of files.toSorted().entries()) {
      if (which !== 'all' && which !== i) continue;
      const doc: Doc = JSON.parse(gunzipSync(readFileSync(join(archive, name))).toString('utf8'));
      change(doc);
      writeFileSync(join(archive, name), gzipSync(JSON.stringify(doc)));
    }
  }
  const compared = () => json('--archive', archive, '--state', state);

  it('are the same in every decision, every fill and every fee', { timeout: 60_000 }, async () => {
    const report = await json('--state', state, '--max-bps', '0');

    expect(report).toMatchObject({
      ok: true,
      cycles: CYCLES,
      compared: CYCLES,
      identical: CYCLES,
      identical_pct: 100,
      differing: [],
      split: SAME,
    });
    expect(report.orders).toMatchObject({
      unmodelled: [],
      undecided: [],
      fill_usd: 0,
      fee_usd: 0,
      unmatched_usd: 0,
      differing: [],
    });
    // Else nothing would be proven: it has bought, protected and sold.
    expect(report.orders.orders).toBeGreaterThan(10);
    expect(report.orders.traded_usd).toBeGreaterThan(500);
    expect(process.exitCode).toBeUndefined();
    expect(await output('--state', state)).toContain(
      `${CYCLES} of ${CYCLES} cycles decide the same, byte for byte (100%)`,
    );
  });

  it('differ by decision where the same inputs decide otherwise', async () => {
    tamper(2, ({ decision }) => {
      const [order] = decision?.orders ?? [];
      if (order === undefined) throw new Error('the third cycle buys');
      order.quantity = String(2 * Number(order.quantity));
    });
    const report = await compared();

    expect(report).toMatchObject({ ok: false, identical: CYCLES - 1, identical_pct: 97.05 });
    expect(report.differing).toMatchObject([
      { cause: 'decision', differences_count: 1, differences: [{ path: 'orders.0.quantity' }] },
    ]);
    expect(report.split).toEqual({ ...SAME, decision_bps: expect.any(Number) });
    expect(report.split.decision_bps).toBeGreaterThan(10);
    expect(process.exitCode).toBe(1);
    expect(await output('--archive', archive)).toMatch(/1 differences, by decision\norders\.0\.quantity\n- "\d/);
  });

  it('differ by data where the archive holds other quotes than were decided on', async () => {
    tamper(2, ({ snapshot }) => {
      for (const symbol of snapshot.symbols) {
        if (symbol.quote === null) continue;
        symbol.quote.ask = (1.001 * Number(symbol.quote.ask)).toFixed(12);
      }
    });
    tamper(30, ({ decision }) => {
      if (decision !== undefined) decision.equity = '1';
    });
    const { split, differing } = await compared();

    expect(differing.map(({ cause }: { cause: string }) => cause)).toEqual(['data', 'data']);
    expect(split.data_bps).toBeGreaterThan(0.5);
    expect(split.decision_bps).toBe(0);
  });

  it('differ by fill where the model deals at another price, and by nothing else', async () => {
    const report = await json('--state', state, '--slippage-bps', '60');

    expect(report).toMatchObject({ ok: true, identical_pct: 100 });
    expect(report.split).toEqual({ ...SAME, fill_bps: expect.any(Number) });
    // The run paid less than so pessimistic a model.
    expect(report.split.fill_bps).toBeLessThan(0);
    expect(report.orders.differing.length).toBeGreaterThan(0);
    expect(await json('--state', state, '--slippage-bps', '60', '--max-bps', '0.1')).toMatchObject({ ok: false });
  });

  it('differ by fee where the account was said to pay another rate', async () => {
    // Ten basis points less for takers than they were charged; decisions are then others, too.
    tamper('all', ({ snapshot }) => {
      snapshot.fees.taker = String(Number(snapshot.fees.taker) - 0.001);
      snapshot.fees.maker = String(Number(snapshot.fees.maker) - 0.001);
    });
    const { split, orders } = await compared();

    expect(split.fee_bps).toBeCloseTo(10, 1);
    expect(split.fill_bps).toBe(0);
    expect(orders.fee_usd).toBeGreaterThan(0);
  });

  it('name the orders that no decision asked for', async () => {
    tamper(2, (doc) => {
      // Without a single quote nothing is bought.
      for (const symbol of doc.snapshot.symbols) symbol.quote = null;
    });
    const report = await compared();

    expect(report.orders.undecided).toContain(firstOrderId());
    expect(report.ok).toBe(false);
  });
  const firstOrderId = () => {
    const third = readFileSync(join(root, 'decisions.jsonl'), 'utf8').split('\n')[2] ?? '';
    return JSON.parse(third).orders[0].client_order_id;
  };

  it('need a recorded decision: in the archive, else in a decisions file', async () => {
    tamper('all', (doc) => {
      delete doc.decision;
    });
    expect(await json('--archive', archive)).toMatchObject({ ok: false, compared: 0, identical_pct: 0, orders: null });
    expect(await json('--archive', archive, '--decisions', join(root, 'decisions.jsonl'))).toMatchObject({
      ok: true,
      compared: CYCLES,
      identical_pct: 100,
      split: { fill_bps: null, fee_bps: null },
    });
  });

  it('refuses to replay nothing', async () => {
    await expect(output()).rejects.toThrow(/name what is to be replayed: --state DIR or --archive DIR/);
    await expect(output('--archive', root, '--slippage-bps', 'much')).rejects.toThrow(/Use basis points/);
  });

  it('[I8] is the same in LIVE mode, where fills and fees are those of another exchange', {
    timeout: 120_000,
  }, async () => {
    const live = join(root, 'live');
    await run({ mode: 'live', state: live, cycles: 12 });
    const report = await json('--state', live);

    expect(report).toMatchObject({
      ok: true,
      identical: 12,
      identical_pct: 100,
      split: { data_bps: 0, decision_bps: 0, fee_bps: 0 },
    });
    expect(report.orders.undecided).toEqual([]);
  });
});
