import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { limitGtc, limitIoc, START, type Stage, stage } from './stage.ts';

const FIXTURES = join(process.env['TRADER_FIXTURES_DIR'] ?? '../shared/fixtures', 'coinbase', 'jkorf-net');

type Ask = (stage: Stage) => Promise<{ readonly body: unknown }>;

/** Which reply of the simulator stands against which recorded or documented payload. */
const SAMPLES: Readonly<Record<string, Ask>> = {
  CancelOrders: async ({ order, call }) => {
    const placed = await order('BUY', limitGtc('0.01', '49000'));
    return call('POST', '/orders/batch_cancel', { order_ids: [placed.body.success_response.order_id] });
  },
  EditOrder: async ({ order, call }) => {
    const placed = await order('BUY', limitGtc('0.01', '49000'));
    return call('POST', '/orders/edit', { order_id: placed.body.success_response.order_id, size: '0.02' });
  },
  GetAccounts: ({ call }) => call('GET', '/accounts'),
  GetApiKeyInfo: ({ call }) => call('GET', '/key_permissions'),
  GetFeeInfo: ({ call }) => call('GET', '/transaction_summary'),
  GetFeeInfo2: ({ call }) => call('GET', '/transaction_summary'),
  GetKlines: ({ raw }) =>
    raw(
      'GET',
      `/market/products/BTC-USD/candles?granularity=ONE_MINUTE&start=${START / 1000 - 600}&end=${START / 1000}`,
    ),
  GetOrder: async ({ order, call }) => {
    const placed = await order('BUY', limitGtc('0.01', '49000'));
    const id = placed.body.success_response.order_id;
    await call('POST', '/orders/edit', { order_id: id, size: '0.02' });
    return call('GET', `/orders/historical/${id}`);
  },
  GetOrderBook: ({ raw }) => raw('GET', '/market/product_book?product_id=BTC-USD'),
  GetOrders: async ({ order, call }) => {
    const placed = await order('BUY', limitGtc('0.01', '49000'));
    await call('POST', '/orders/edit', { order_id: placed.body.success_response.order_id, size: '0.02' });
    return call('GET', '/orders/historical/batch');
  },
  GetPortfolio: async ({ call }) => {
    const { portfolios } = (await call('GET', '/portfolios')).body;
    return call('GET', `/portfolios/${portfolios[0].uuid}`);
  },
  GetPortfolios: ({ call }) => call('GET', '/portfolios'),
  GetSymbols: ({ raw }) => raw('GET', '/market/products'),
  GetTradeHistory: ({ raw }) => raw('GET', '/market/products/BTC-USD/ticker'),
  GetUserTrades: async ({ order, call }) => {
    await order('BUY', limitIoc('0.01', '51000'));
    return call('GET', '/orders/historical/fills');
  },
  PlaceOrder: ({ order }) => order('BUY', limitIoc('0.01', '51000')),
};

/** Where the simulator differs on purpose. */
const EXCEPTIONS: readonly (readonly [path: RegExp, why: string])[] = [
  [/order_configuration/, 'the sample fills every variant at once; the simulator echoes what was sent'],
  [/PlaceOrder\.error_response/, 'the sample fills both branches at once'],
  [/EditOrder\.(success_response|error_response|errors)/, 'older shape; the simulator answers {success, errors: []}'],
  [/GetSymbols.*(future_product_details|fcm_trading_session_details|alias_to\[\])/, 'spot products have none'],
  [/GetFeeInfo\.(margin_rate|goods_and_services_tax)/, 'null, as in the newer recording'],
  [/GetAccounts.*deleted_at/, 'null while the account lives'],
  [/GetOrder.*last_fill_time/, 'null before the first fill'],
  [/GetPortfolio\..*(perp_positions|futures_positions)\[\]/, 'a spot account has none'],
  [
    /GetPortfolio\..*spot_positions.*(fiat|crypto|allocation|one_day_change)/,
    'numbers in the vendor text, text in the sample',
  ],
];

describe.skipIf(!existsSync(FIXTURES))(
  'replies beside foreign payloads (skipped when TRADER_FIXTURES_DIR is absent)',
  () => {
    it.each(Object.entries(SAMPLES))(
      '[REQ-CB1] %s has every key of the sample, with the same kind of value',
      async (name, ask) => {
        const sample = JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')).response_body;
        const on = await stage();

        const differences = missing(sample, (await ask(on)).body, name);

        expect(differences.filter((path) => !EXCEPTIONS.some(([known]) => known.test(path)))).toEqual([]);
      },
    );
  },
);

/** Paths of the sample that the reply lacks or fills with another kind of value. */
function missing(sample: unknown, reply: unknown, path: string): readonly string[] {
  if (family(sample) !== family(reply)) return [`${path}: ${family(reply)} instead of ${family(sample)}`];
  if (Array.isArray(sample) && Array.isArray(reply)) {
    if (sample.length > 0 && reply.length === 0) return [`${path}[]: empty`];
    return sample.length === 0 ? [] : missing(sample[0], reply[0], `${path}[]`);
  }
  if (family(sample) !== 'object') return [];
  const fields = reply as Readonly<Record<string, unknown>>;
  return Object.entries(sample as object).flatMap(([key, value]) =>
    key in fields ? missing(value, fields[key], `${path}.${key}`) : [`${path}.${key}: absent`],
  );
}

function family(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
