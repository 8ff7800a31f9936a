import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { productId } from '../../core/market/product.ts';
import { type Answer, failureText } from '../../ports/answer.ts';
import type { CoinbaseClient } from './client.ts';
import { listBalances } from './endpoints/accounts.ts';
import { bestBidAsk, productBook } from './endpoints/books.ts';
import { cancelOrders } from './endpoints/cancel.ts';
import { getCandles } from './endpoints/candles.ts';
import { createOrder } from './endpoints/create.ts';
import { transactionSummary } from './endpoints/fees.ts';
import { listFills } from './endpoints/fills.ts';
import { getOrder } from './endpoints/orders.ts';
import { keyPermissions } from './endpoints/permissions.ts';
import { previewOrder } from './endpoints/preview.ts';
import { getProduct, listProducts } from './endpoints/products.ts';
import { getTicker } from './endpoints/ticker.ts';
import { exchangeTime } from './endpoints/time.ts';
import { account, fill, order, product } from './testing/payloads.ts';
import { testBench } from './testing/test-client.ts';

const BTC = productId('BTC-USD');
const ETH = productId('ETH-USDT');
/** Payloads recorded by others; not a part of the project. */
const DIR = process.env['TRADER_FIXTURES_DIR'] ?? join(import.meta.dirname, '../../../../shared/fixtures');
const SHELF = [join(DIR, 'coinbase'), DIR].find((dir) => existsSync(join(dir, 'jkorf-net'))) ?? '';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Read = (client: CoinbaseClient) => Promise<Answer<unknown>>;

/** What no field may be taken for: neither a number, nor a flag, nor a time, nor a word. */
const ILLEGIBLE: readonly Json[] = [
  'NaN',
  '1e-8',
  '0x10',
  '1,5',
  '1.2.3',
  'Infinity',
  'yes',
  'TRUE',
  [],
  {},
  [true],
  { value: 'x' },
];

/** Any text is a name; it is compared, never reckoned with. Illegible is only what is no text. */
const NAMES = /id$|^(currency|cursor|pricing_tier|trade_type|.*reason|.*message|error.*|warning|errs|\d+)$|^failure/;
/** Open sets: a word that is not known is told as such. */
const OPEN_WORDS = ['status', 'liquidity_indicator', 'platform', 'type', 'product_type', 'side'];
/** Figures that inform and decide nothing on their own: they count as not said. */
const NOT_SAID = ['new_at', 'approximate_quote_24h_volume', 'volume_24h', 'price'];

const ALL_FLAGS = {
  is_disabled: true,
  cancel_only: true,
  limit_only: true,
  post_only: true,
  trading_disabled: true,
  auction_mode: true,
  view_only: true,
};
const level = (price: string) => [{ price, size: '0.5' }];
const book = {
  product_id: 'BTC-USD',
  bids: level('81234.00'),
  asks: level('81234.01'),
  time: '2026-11-20T10:00:00.123456Z',
};
const minute = Date.parse('2026-11-20T09:59:00Z') / 60_000;
const candle = {
  start: String(minute * 60),
  low: '99.5',
  high: '101',
  open: '100',
  close: '100.5',
  volume: '12.25',
};

const OWN: Readonly<Record<string, readonly [Read, unknown]>> = {
  accounts: [listBalances, { accounts: [account({})], has_next: false, cursor: '' }],
  product: [(client) => getProduct(client, BTC), product(ALL_FLAGS)],
  products: [listProducts, { products: [product(ALL_FLAGS)], pagination: { has_next: false } }],
  order: [(client) => getOrder(client, 'o-1'), { order: order({}) }],
  fills: [
    (client) => listFills(client, {}),
    { fills: [fill({}), fill({ entry_id: 'e-2', size: '40', size_in_quote: true })], cursor: '' },
  ],
  quotes: [(client) => bestBidAsk(client, [BTC]), { pricebooks: [book] }],
  book: [(client) => productBook(client, BTC, 1), { pricebook: book }],
  candles: [(client) => getCandles(client, BTC, '1m', minute, minute), { candles: [candle] }],
  fees: [transactionSummary, { fee_tier: { pricing_tier: 'x', taker_fee_rate: '0.009', maker_fee_rate: '0.005' } }],
  permissions: [keyPermissions, { can_view: true, can_trade: true, can_transfer: true, portfolio_uuid: 'p' }],
  preview: [
    (client) => previewOrder(client, {}),
    { order_total: '80', commission_total: '0.3', errs: [], warning: [] },
  ],
  time: [(client) => exchangeTime(client, 1), { iso: '', epochMillis: '1795168800123' }],
  created: [
    (client) => createOrder(client, { clientOrderId: 'c-1', body: '{}' }),
    { success: true, success_response: { order_id: 'o-1', client_order_id: 'c-1' } },
  ],
  cancelled: [
    (client) => cancelOrders(client, ['o-1']),
    { results: [{ success: true, order_id: 'o-1', failure_reason: 'UNKNOWN_CANCEL_FAILURE_REASON' }] },
  ],
};

const RECORDED: Readonly<Record<string, Read>> = {
  'CancelOrders.json': (client) => cancelOrders(client, ['0000-00000']),
  'GetAccounts.json': listBalances,
  'GetApiKeyInfo.json': keyPermissions,
  'GetFeeInfo.json': transactionSummary,
  'GetFeeInfo2.json': transactionSummary,
  'GetOrder.json': (client) => getOrder(client, '0000-000000-000000'),
  'GetOrderBook.json': (client) => productBook(client, ETH, 1),
  'GetSymbols.json': listProducts,
  'GetTradeHistory.json': (client) => getTicker(client, ETH, 1),
  'GetUserTrades.json': (client) => listFills(client, {}),
};

describe('one field that cannot be read', () => {
  test.each(Object.entries(OWN))('[I6] of %s is told, and never changes what is read', async (_, [read, body]) => {
    expect(await silentChanges(read, body as Json)).toEqual([]);
  });

  test.skipIf(SHELF === '').each(Object.entries(RECORDED))(
    '[I6] of the recorded %s is told, and never changes what is read (skipped without TRADER_FIXTURES_DIR)',
    async (file, read) => {
      const { response_body: body } = JSON.parse(readFileSync(join(SHELF, 'jkorf-net', file), 'utf8'));
      expect(await silentChanges(read, body)).toEqual([]);
    },
  );
});

/** Every mutation that was answered, with something else than what the untouched reply gives. */
async function silentChanges(read: Read, body: Json): Promise<readonly string[]> {
  let sent: Json = body;
  const { client, anomalies } = await testBench(() => ({ body: sent }), {
    retry: { baseMs: 1, capMs: 1, maxAttempts: 1 },
    rateLimit: { publicPerSecond: 1e9, privatePerSecond: 1e9 },
  });
  const whole = await read(client);
  if (whole.kind !== 'ok') throw new Error(failureText(whole));
  const found: string[] = [];
  for (const path of pathsOf(body)) {
    for (const value of illegibleAt(body, path)) {
      sent = replaced(body, path, value);
      const toldBefore = anomalies.length;
      const answer = await read(client);
      const isTold = answer.kind !== 'ok' || anomalies.length > toldBefore;
      if (!isTold && textOf(answer.value) !== textOf(whole.value))
        found.push(`${path.join('.')} = ${JSON.stringify(value)}`);
    }
  }
  return found;
}

function illegibleAt(body: Json, path: readonly string[]): readonly Json[] {
  const name = path.at(-1) ?? '';
  if (NOT_SAID.includes(name)) return [];
  // What an order asked for may be left out: then there is nothing to compare.
  if (path.includes('order_configuration') && typeof valueAt(body, path) === 'object') return ['yes', []];
  const isText = NAMES.test(name) || OPEN_WORDS.includes(name);
  const flags = typeof valueAt(body, path) === 'boolean' ? [1, 0, 'on'] : [];
  return [...flags, ...ILLEGIBLE.filter((value) => typeof value === 'object' || !isText)];
}

function valueAt(body: Json, path: readonly string[]): Json {
  return path.reduce((value, name) => (value as Readonly<Record<string, Json>>)[name] as Json, body);
}

/** Every field but the lists themselves, whose emptiness is an answer. */
function pathsOf(value: Json, at: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  const below = Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...at, name]));
  return at.length === 0 || Array.isArray(value) ? below : [at, ...below];
}

function replaced(value: Json, [name, ...rest]: readonly string[], by: Json): Json {
  if (name === undefined) return by;
  const inner = (value as Readonly<Record<string, Json>>)[name] as Json;
  const next = replaced(inner, rest, by);
  return Array.isArray(value) ? value.with(Number(name), next) : { ...(value as object), [name]: next };
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each));
}
