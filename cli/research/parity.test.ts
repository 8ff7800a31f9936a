import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchivedCycle } from '../../shared/core/cycle/decode.ts';
import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { add, price, quantity, usd } from '../../shared/core/money/fixed.ts';
import { run } from '../../test/local/harness.ts';
import { withBooks } from '../books/open-books.ts';
import { EVER, everyOrder } from '../books/read-books.ts';
import { CONFIG_DIR, stageConfig } from '../decision/read-inputs.ts';
import { cyclesIn, readCycleFile } from './archived-cycles.ts';
import { parity } from './parity.ts';

describe('[I8] the smallest difference between a run and its replay', () => {
  let state = '';
  let cycles: readonly ArchivedCycle[] = [];
  let records: readonly OrderRecord[] = [];
  const slippageBps = stageConfig(CONFIG_DIR, 'local').app.paper.slippage_bps;
  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), 'parity-records-'));
    await run({ mode: 'paper', state, cycles: 34 });
    cycles = cyclesIn(state).map(({ path }) => readCycleFile(path));
    records = await withBooks({ state, config: CONFIG_DIR }, (books) => everyOrder(books, EVER));
  }, 120_000);
  afterAll(() => rmSync(state, { recursive: true }));

  /** The report when the first record of that kind had been another one. */
  function reportWith(which: (record: OrderRecord) => boolean, change: (record: OrderRecord) => OrderRecord) {
    const id = records.find(which)?.client_order_id;
    if (id === undefined) throw new Error('the run has no such order');
    const changed = records.map((record) => (record.client_order_id === id ? change(record) : record));
    const { split, orders, ...report } = reportOf(changed);
    return { id, ...report, split, undecided: orders?.undecided };
  }
  function reportOf(orders: readonly OrderRecord[], seen = cycles) {
    const replay = parity(orders, slippageBps);
    for (const cycle of seen) replay.add(cycle);
    return replay.report();
  }
  const bought = ({ fills, intent }: OrderRecord) => fills.length > 0 && intent.side === 'BUY' && intent.leg === 0;
  const withFirstFill = (change: (fill: OrderRecord['fills'][number]) => OrderRecord['fills'][number]) => {
    return ({ fills, ...record }: OrderRecord): OrderRecord => ({
      ...record,
      fills: fills.map((fill, i) => (i === 0 ? change(fill) : fill)),
    });
  };
  const NONE = { data_bps: 0, decision_bps: 0, fill_bps: 0, fee_bps: 0 };

  it('none is none', () => {
    expect(reportOf(records)).toMatchObject({ identical: 34, split: NONE, orders: { undecided: [], differing: [] } });
  });

  it('one increment of a price that was paid, one of a fee, is not rounded away', () => {
    const dearer = withFirstFill((fill) => ({ ...fill, price: add(fill.price, price('0.00000001')) }));
    const charged = withFirstFill((fill) => ({ ...fill, commission: add(fill.commission, usd('0.00000001')) }));

    for (const [change, part] of [
      [dearer, 'fill_bps'],
      [charged, 'fee_bps'],
    ] as const) {
      const { split } = reportWith(bought, change);
      expect(split).toMatchObject({ data_bps: 0, decision_bps: 0 });
      expect(split[part]).toBeGreaterThan(0);
      // It is as small as it is.
      expect(split[part]).toBeLessThan(0.01);
    }
  });

  it('nor one of a quote that was decided on, which nothing else would show', () => {
    const seeing = (record: OrderRecord): OrderRecord => {
      const { quote } = record.decided;
      if (quote === null) throw new Error('a first leg remembers its quote');
      return {
        ...record,
        decided: { ...record.decided, quote: { ...quote, ask: add(quote.ask, price('0.00000001')) } },
      };
    };

    const { identical, split } = reportWith(bought, seeing);
    expect({ identical, split }).toEqual({ identical: 34, split: { ...NONE, data_bps: expect.any(Number) } });
    expect(split.data_bps).toBeGreaterThan(0);
  });

  it('an order that was decided and of which nothing is on record is named', () => {
    const [lost] = records.filter(bought);
    const { orders } = reportOf(records.filter((record) => record !== lost));
    expect(orders?.unrecorded).toEqual([lost?.client_order_id]);
    expect(reportOf(records).orders?.unrecorded).toEqual([]);
  });

  it('[I3] a later leg of more than its intent was approved for is asked for by no decision', () => {
    const isLater = ({ intent, sent_at_ms }: OrderRecord) => intent.leg > 0 && sent_at_ms !== null;
    const more = ({ intent, ...record }: OrderRecord): OrderRecord => ({
      ...record,
      intent: { ...intent, quantity: add(intent.quantity, quantity('0.00000001')) },
    });

    const { id, undecided } = reportWith(isLater, more);
    expect(undecided).toEqual([id]);
  });

  it('nor protection with another stop than was decided', () => {
    const isProtection = ({ intent, sent_at_ms }: OrderRecord) => intent.purpose === 'protect' && sent_at_ms !== null;
    const lower = ({ intent, ...record }: OrderRecord): OrderRecord => ({
      ...record,
      intent: { ...intent, stop_price: add(intent.stop_price ?? price('0'), price('-0.00000001')) },
    });

    const { id, undecided } = reportWith(isProtection, lower);
    expect(undecided).toEqual([id]);
  });
});
