import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamoAccountStore } from '../../shared/adapters/dynamodb/account-store.ts';
import { dynamoCycleStore } from '../../shared/adapters/dynamodb/cycle-store.ts';
import { dynamoOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { startEmbeddedTable } from '../../shared/adapters/local/embedded-table.ts';
import { fileSnapshotArchive } from '../../shared/adapters/local/file-archive.ts';
import { lockState } from '../../shared/adapters/local/state-lock.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import { encodeInputs } from '../../shared/core/cycle/encode.ts';
import type { OrderFill, OrderRecord } from '../../shared/core/execution/order-record.ts';
import { readyRecord } from '../../shared/core/execution/order-step.ts';
import { AT_ONCE } from '../../shared/core/execution/routing.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { price, quantity, usd } from '../../shared/core/money/fixed.ts';
import type { Account, WorkingOrder } from '../../shared/core/portfolio/account.ts';
import { startAwsJsonStub } from '../../test/contracts/aws-json-stub.ts';
import { accountOf, BTC, breakout, calmMarket, configOf, snapshotOf, symbolOf } from '../../test/core/world.ts';
import { auditCommand } from './audit.ts';
import { exportCommand } from './export.ts';
import { ordersCommand } from './orders.ts';
import { positionsCommand } from './positions.ts';

const ETH = 'ETH-USD' as ProductId;
const SCOPE = { botId: '247t', mode: 'PAPER' } as const;
const config = { ...configOf(), botId: SCOPE.botId };
const symbols = [...calmMarket().filter(({ productId }) => productId !== BTC), symbolOf(BTC, { closes: breakout() })];
const snapshot = snapshotOf(symbols);
const SLOT = snapshot.slotMs;
const decided = decide(snapshot, accountOf(), config);
const [assessment] = decided.assessments.filter(({ outcome }) => outcome === 'approved');
if (assessment?.client_order_id == null) throw new Error('the breakout must be bought');
const ENTRY = assessment.client_order_id;
const EXIT = ENTRY.replace(/\d{10}-e1$/, `${SLOT / 1_000 + 3_600}-x1`);
const RESTING = ENTRY.replace(/\d{10}-e1$/, `${SLOT / 1_000 + 1_800}-p1`);
const LOST = `247t-ETH-USD-${SLOT / 1_000 + 3_600}-e1`;

function working(id: string, over: Partial<WorkingOrder> = {}): WorkingOrder {
  return {
    client_order_id: id,
    product_id: BTC,
    side: 'BUY',
    quantity: quantity('0.3'),
    limit_price: price('101'),
    reserved: usd('30.6'),
    purpose: 'entry',
    ...AT_ONCE,
    reason: 'breakout',
    strategy: 'donchian-breakout',
    stop_price: price('95'),
    take_profit_price: price('120'),
    slot_ms: SLOT,
    not_after_ms: SLOT + 45_000,
    status: 'READY',
    order_id: null,
    filled: quantity('0'),
    sent_at_ms: null,
    ...over,
  };
}

function recordOf(order: WorkingOrder, over: Partial<OrderRecord> = {}): OrderRecord {
  const base = { mode: 'PAPER', configHash: 'cafe', atMs: order.slot_ms, assessment: null };
  const quote = { bid: price('99.9'), ask: price('100') };
  return { ...readyRecord(order, { ...base, quote }), ...over };
}

function fill(id: string, at: string, atMs: number, over: Partial<OrderFill> = {}): OrderFill {
  return {
    entry_id: id,
    price: price(at),
    quantity: quantity('0.2'),
    commission: usd('0.24'),
    time_ms: atMs,
    trade_type: 'FILL',
    liquidity: 'TAKER',
    ...over,
  };
}

const first = working(ENTRY, {
  route: { kind: 'maker', ttl_ms: 60_000, ticks_away: 0, reprices_left: 0, fallback: 'taker' },
});
const second = working(`${ENTRY}r1`, { leg: 1 });
const exit = working(EXIT, {
  side: 'SELL',
  purpose: 'exit',
  reason: 'stop',
  limit_price: price('108'),
  slot_ms: SLOT + 3_600_000,
});
const resting = working(RESTING, {
  side: 'SELL',
  purpose: 'protect',
  reason: 'bracket',
  route: { kind: 'bracket' },
  quantity: quantity('0.1'),
  reserved: usd('0'),
  limit_price: price('120'),
  status: 'WORKING',
  order_id: 'x-protect',
});
const lost = working(LOST, { product_id: ETH, status: 'UNKNOWN', slot_ms: SLOT + 3_600_000 });

const RECORDS: readonly OrderRecord[] = [
  recordOf(first, { status: 'EXPIRED', order_id: 'x1' }),
  recordOf(second, {
    status: 'FILLED',
    order_id: 'x2',
    filled_quantity: quantity('0.3'),
    filled_value: usd('30.05'),
    fees: usd('0.36'),
    fills: [
      fill('f1', '100', SLOT + 61_000),
      fill('f2', '100.5', SLOT + 61_000, { quantity: quantity('0.1'), commission: usd('0.12'), liquidity: 'MAKER' }),
    ],
  }),
  recordOf(exit, {
    status: 'FILLED',
    // The exchange's figures count the adjustment as well.
    filled_quantity: quantity('0.4'),
    filled_value: usd('44'),
    fees: usd('0.24'),
    fills: [fill('f3', '110', SLOT + 3_601_000), fill('=f4', '110', SLOT + 3_602_000, { trade_type: 'REVERSAL' })],
  }),
  recordOf(resting, { status: 'WORKING', order_id: 'x-protect' }),
  recordOf(lost, { status: 'UNKNOWN', reason: 'no answer', filled_quantity: quantity('0.1') }),
];

const account: Account = {
  ...accountOf(),
  bot_id: '247t',
  mode: 'PAPER',
  version: 1,
  fence: 1,
  positions: {
    [BTC]: {
      lots: [{ quantity: quantity('0.1'), cost: usd('10.17'), opened_at_ms: SLOT }],
      strategy: 'donchian-breakout',
      opened_at_ms: SLOT,
      stop_price: price('95'),
      take_profit_price: price('120'),
    },
    [ETH]: {
      lots: [{ quantity: quantity('0.000000001'), cost: usd('0.01'), opened_at_ms: SLOT }],
      strategy: 'donchian-breakout',
      opened_at_ms: SLOT,
      stop_price: null,
      take_profit_price: null,
    },
  },
  working: { [RESTING]: resting, [LOST]: lost },
  frozen: { [ETH]: 'the exchange holds less' },
  external: { DOGE: quantity('7') },
};

let dir = '';
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'books-'));
  const started = await startEmbeddedTable(dir);
  if (started.kind === 'locked') throw new Error('a fresh folder cannot be locked');
  const { client, tableName, close } = started.table;
  const at = [client, tableName, SCOPE] as const;
  await dynamoAccountStore(...at).save(account);
  for (const record of RECORDS) await dynamoOrderStore(...at).create(record);
  const archive = fileSnapshotArchive(dir, SCOPE);
  const inputs = encodeInputs(snapshot, accountOf(), config);
  for (const slot of [SLOT, SLOT + 7_200_000]) {
    await dynamoCycleStore(...at).begin(slot, slot);
    await archive.put(slot, inputs);
  }
  await close();
  const identity = { mode: 'PAPER', exchange: 'simulator', source: 'synthetic', seed: 7, data: null, interval: '1m' };
  writeFileSync(join(dir, 'run.json'), JSON.stringify({ identity: { ...identity, from: null }, is_finished: true }));
});
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

async function output(command: Command, ...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  await command.parseAsync([...args, '--state', dir], { from: 'user' });
  return lines.join('\n');
}

const json = async (command: Command, ...args: readonly string[]) =>
  JSON.parse(await output(command, ...args, '--json'));

describe('trader orders', () => {
  const idsOf = (report: { readonly orders: readonly { readonly client_order_id: string }[] }) =>
    report.orders.map(({ client_order_id }) => client_order_id);

  it('lists what is open, what is unknown, and what was decided lately', async () => {
    expect(idsOf(await json(ordersCommand(), '--open'))).toEqual([RESTING, LOST]);
    expect(idsOf(await json(ordersCommand(), '--unknown'))).toEqual([LOST]);
    expect(idsOf(await json(ordersCommand()))).toHaveLength(5);
    // The resting order is older and still open.
    const since = new Date(SLOT + 3_600_000).toISOString().slice(0, 16);
    expect(idsOf(await json(ordersCommand(), '--since', since)).sort()).toEqual([EXIT, LOST, RESTING].sort());
  });

  it('[I3] says for a person how old an order is and what it may still cost', async () => {
    const text = await output(ordersCommand(), '--unknown');
    expect(text).toMatch(new RegExp(`${LOST} +UNKNOWN +60 min +BUY +ETH-USD .*\\$30\\.60.*no answer`));
  });

  it('shows one order with its history, and says what to do about an id that it does not know', async () => {
    const text = await output(ordersCommand(), '--id', `${ENTRY}r1`);
    expect(text).toContain('exchange order x2');
    expect(text).toContain('approve -> READY');
    await expect(output(ordersCommand(), '--id', 'nobody')).rejects.toThrow(/has no order nobody in mode PAPER/);
  });

  it('names what is missing: a state folder, a date', async () => {
    const none = ordersCommand().parseAsync(['--state', join(dir, 'none')], { from: 'user' });
    await expect(none).rejects.toThrow(/no run has kept its state in .*none: start one with "trader local"/);
    await expect(output(ordersCommand(), '--since', 'monday')).rejects.toThrow(/Use a UTC date or time/);
  });

  it('asks a deployed stage where its books are', async () => {
    const stub = await startAwsJsonStub();
    const topics = { halt_topic_arn: 'a', alert_topic_arn: 'b', escalation_topic_arn: 'c' };
    const parts = JSON.stringify({ table_name: 'state-of-paper', ...topics });
    stub.reply = (operation) => ({
      kind: 'ok',
      body: operation === 'GetParameter' ? { Parameter: { Value: parts } } : { Items: [] },
    });
    vi.stubEnv('AWS_ENDPOINT_URL', stub.endpoint);
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');

    const staged = ordersCommand().parseAsync(['--stage', 'paper', '--json'], { from: 'user' });
    await expect(staged).rejects.toThrow('there are no books of bot 247t in mode PAPER yet');
    await stub.close();

    expect(stub.calls[0]).toMatchObject({ operation: 'GetParameter', input: { Name: '/247trader/paper/parts' } });
    const tables = stub.calls.slice(1).map(({ input }) => input['TableName']);
    expect(new Set(tables)).toEqual(new Set(['state-of-paper']));
  });

  it('[REQ-SI1] looks into a run in progress through that run, and says so when it does not answer', async () => {
    const started = await startEmbeddedTable(dir);
    if (started.kind === 'locked') throw new Error('nobody else has it open');
    expect(idsOf(await json(ordersCommand(), '--unknown'))).toEqual([LOST]);
    await started.table.close();

    const lock = await lockState(dir);
    await expect(output(ordersCommand())).rejects.toThrow(/is in use by another program, which does not answer/);
    writeFileSync(join(dir, 'endpoint'), 'http://127.0.0.1:1');
    await expect(output(ordersCommand())).rejects.toThrow(/does not answer/);
    if (lock.kind === 'held') await lock.release();
    expect(idsOf(await json(ordersCommand(), '--unknown'))).toEqual([LOST]);
  });
});

describe('trader positions', () => {
  it('shows price, gain, protection, dust and what is frozen', async () => {
    const text = await output(positionsCommand());
    expect(text).toMatch(/BTC-USD +donchian-breakout +2\.0 h +0\.1 .*bracket rests: 0\.1 below 95/);
    expect(text).toMatch(/ETH-USD .*dust, FROZEN/);
    expect(text).toContain('frozen ETH-USD: the exchange holds less');
    expect(text).toContain("not the bot's own: 7 DOGE");
  });

  it('gives the same as one object', async () => {
    const report = await json(positionsCommand());
    expect(report.positions[0]).toMatchObject({
      product_id: 'BTC-USD',
      quantity: '0.1',
      cost_usd: '10.17',
      is_dust: false,
      protection: { client_order_id: RESTING, status: 'WORKING', kind: 'bracket', stop_price: '95' },
    });
    expect(report.positions[1]).toMatchObject({ product_id: 'ETH-USD', is_dust: true, protection: null });
    expect(report).toMatchObject({ reserved_usd: '30.6', frozen: [{ product_id: 'ETH-USD' }] });
  });
});

describe('trader audit', () => {
  it('[I8] gives the chain from the proposal to the profit by the id of any leg', async () => {
    const report = await json(auditCommand(), `${ENTRY}r1`);
    expect(Object.keys(report)).toEqual([
      ...[
        'intent_id',
        'bot_id',
        'decided',
        'quote',
        'assessment',
        'assessment_source',
        'intent',
        'legs',
        'filled',
        'pnl',
      ],
    ]);
    expect(report.intent_id).toBe(ENTRY);
    expect(report.decided).toEqual({ slot: new Date(SLOT).toISOString(), config_hash: 'cafe', mode: 'PAPER' });
    // The record has lost it: the slot is decided again.
    expect(report.assessment_source).toBe('archive');
    expect(report.assessment.proposal).toEqual(JSON.parse(JSON.stringify(assessment?.proposal)));
    expect(report.assessment.records).toEqual(JSON.parse(JSON.stringify(assessment?.records)));
    expect(report.legs.map((leg: { client_order_id: string }) => leg.client_order_id)).toEqual([ENTRY, `${ENTRY}r1`]);
    expect(report.legs[1].fills.map((each: { slippage_bps: unknown }) => each.slippage_bps)).toEqual([
      { quote: 0, limit: -99.01 },
      { quote: 50, limit: -49.5 },
    ]);
    expect(report.filled).toMatchObject({ quantity: '0.3', value_usd: '30.05', fees_usd: '0.36' });
  });

  it('reckons the profit of a sale by the lots it took, and of a purchase by what was sold of it', async () => {
    // 0.2 of f1 for 20 + 0.24, sold for 22 - 0.24.
    const sale = await json(auditCommand(), EXIT);
    expect(sale.pnl).toMatchObject({ method: 'fifo', realised_usd: '1.52', adjustments: 1 });
    expect(sale.legs[0].fills[0].slippage_bps.quote).toBeLessThan(0);
    const purchase = await json(auditCommand(), ENTRY);
    expect(purchase.pnl).toMatchObject({ realised_usd: '1.52', open_quantity: '0.1' });
  });

  it('reads well for a person', async () => {
    const text = await output(auditCommand(), ENTRY);
    const titles = text.split('\n').filter((line) => /^\d /.test(line));
    expect(titles).toEqual([
      '1 decided',
      '2 proposal',
      '3 risk',
      '4 intent',
      `5 order ${ENTRY}`,
      `5 order ${ENTRY}r1`,
      '6 profit',
    ]);
    expect(text).toMatch(/trigger: \w+ [\d.]+/);
    expect(text).toMatch(/position_cap +allow/);
    expect(text).toContain('filled 0.3 at 100.167 on average = $30.05, fees $0.36, in 2 orders');
    expect(text).toContain('still held of it: 0.1');
    await expect(output(auditCommand(), 'nobody')).rejects.toThrow(/"trader orders" lists the ids/);
  });
});

describe('trader export', () => {
  const year = String(new Date(SLOT).getUTCFullYear());

  it('writes every fill of the year, adjustments among them, and nothing that a spreadsheet would run', async () => {
    const text = await output(exportCommand(), 'trades', '--year', year);
    expect(text).toContain('warning: 1 adjustments by the exchange');
    expect(text).toContain(`warning: not every fill of ${LOST} is on record`);
    expect(text).not.toContain(`fill of ${EXIT}`);
    const [header = '', ...rows] = text.slice(text.indexOf('time,')).trimEnd().split('\r\n');
    expect(header.split(',')).toHaveLength(14);
    expect(rows.map((row) => row.split(',')[9])).toEqual(['f1', 'f2', 'f3', "'=f4"]);
    expect(await output(exportCommand(), 'trades', '--year', '2011', '--json')).toContain('"trades":[]');
  });

  it('writes sold pieces and open lots with their totals', async () => {
    const text = await output(exportCommand(), 'lots', '--year', year, '--format', 'json');
    const report = JSON.parse(text.slice(text.indexOf('{')));
    expect(report.disposals).toMatchObject([
      { quantity: '0.2', cost_usd: '20.24', gain_usd: '1.52', buy_entry_id: 'f1' },
    ]);
    expect(report.open_lots).toMatchObject([{ quantity: '0.1', cost_usd: '10.17', buy_entry_id: 'f2' }]);
    expect(report.totals).toMatchObject({ proceeds_usd: '21.76', cost_usd: '20.24', gain_usd: '1.52' });
    expect(report).toMatchObject({ from: `${year}-01-01T00:00:00.000Z`, adjustments: [{ entry_id: '=f4' }] });
    const hifo = await output(exportCommand(), 'lots', '--year', year, '--method', 'hifo');
    // f2 cost more a unit; the sale takes it first.
    expect(hifo.split('\r\n').filter((line) => /sold|open/.test(line.slice(0, 4)))).toHaveLength(3);
  });

  it('[I6] tells where the books hold other coins than the lots, which left or came without an order of the bot', async () => {
    const unmatched = [{ product_id: ETH, lots_quantity: '0', books_quantity: '0.000000001' }];
    const report = await output(exportCommand(), 'lots', '--year', year, '--json');
    expect(JSON.parse(report.slice(report.indexOf('{')))).toMatchObject({ unmatched });
    const text = await output(exportCommand(), 'lots', '--year', year);
    expect(text).toContain('warning: ETH-USD: the lots hold 0 now and the books 0.000000001: coins left or came');
    expect(text).not.toContain('warning: BTC-USD');
  });

  it('shows in a later year what is still held, and no sale', async () => {
    const text = await output(exportCommand(), 'lots', '--year', String(Number(year) + 1));
    expect(
      text
        .split('\r\n')
        .map((line) => line.split(',')[0])
        .filter((cell) => cell === 'sold'),
    ).toEqual([]);
    expect(text).toContain('open,BTC-USD,0.1,');
    await expect(output(exportCommand(), 'lots', '--year', '25')).rejects.toThrow(/four digits/);
  });
});
