import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import { flat, limitGtc, limitIoc, MINUTE, marketBuy, marketSell, START, scriptedMarket, stage } from './stage.ts';

const sized = (fields: Readonly<Record<string, unknown>>) => ({ base_size: '0.01', limit_price: '49000', ...fields });
const stop = (stopPrice: string, limit: string, direction: 'UP' | 'DOWN') => ({
  stop_limit_stop_limit_gtc: sized({
    stop_price: stopPrice,
    limit_price: limit,
    stop_direction: `STOP_DIRECTION_STOP_${direction}`,
  }),
});
const bracket = (limit: string, trigger: string) => ({
  trigger_bracket_gtc: { base_size: '0.01', limit_price: limit, stop_trigger_price: trigger },
});
const attached = (limit: string, trigger: string, more = {}) => ({
  attached_order_configuration: { trigger_bracket_gtc: { limit_price: limit, stop_trigger_price: trigger, ...more } },
});

type Case = readonly [
  what: string,
  side: 'BUY' | 'SELL',
  configuration: unknown,
  word: string,
  more?: Readonly<Record<string, unknown>>,
];

const CASES: readonly Case[] = [
  ['more money than there is', 'BUY', limitGtc('1', '49000'), 'INSUFFICIENT_FUND'],
  ['more coins than there are', 'SELL', marketSell('6'), 'INSUFFICIENT_FUND'],
  ['a product nobody lists', 'BUY', limitGtc('1', '1'), 'INVALID_PRODUCT_ID', { product_id: 'NOPE-USD' }],
  ['a size off the grid', 'BUY', limitGtc('0.000000001', '49000'), 'INVALID_SIZE_PRECISION'],
  ['a quote size off the grid', 'BUY', marketBuy('10.001'), 'PREVIEW_INVALID_QUOTE_SIZE_PRECISION'],
  ['a price off the grid', 'BUY', limitGtc('0.01', '49000.001'), 'INVALID_PRICE_PRECISION'],
  ['a stop price off the grid', 'SELL', stop('48000.001', '47000', 'DOWN'), 'PREVIEW_INVALID_STOP_PRICE_PRECISION'],
  ['a value below the minimum', 'BUY', limitGtc('0.00002', '49000'), 'PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL'],
  ['a market sell of dust', 'SELL', marketSell('0.00001'), 'PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL'],
  ['a quote size below the minimum', 'BUY', marketBuy('0.5'), 'PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL'],
  ['a size above the maximum', 'BUY', limitGtc('100000', '49000'), 'PREVIEW_INVALID_BASE_SIZE_TOO_LARGE'],
  ['a quote size above the maximum', 'BUY', marketBuy('60000000'), 'PREVIEW_INVALID_QUOTE_SIZE_TOO_LARGE'],
  ['a size that is no number', 'BUY', limitGtc('1e-2', '49000'), 'PREVIEW_NON_NUMERIC_ORDER_SIZE'],
  ['a size of zero', 'BUY', limitGtc('0', '49000'), 'PREVIEW_NON_NUMERIC_ORDER_SIZE'],
  [
    'a number instead of text',
    'BUY',
    { limit_limit_gtc: sized({ base_size: 0.01 }) },
    'PREVIEW_NON_NUMERIC_ORDER_SIZE',
  ],
  ['no size', 'BUY', { market_market_ioc: {} }, 'PREVIEW_INVALID_ORDER_CONFIG'],
  ['two sizes', 'BUY', { market_market_ioc: { base_size: '1', quote_size: '5' } }, 'PREVIEW_INVALID_ORDER_CONFIG'],
  ['a quote-sized market sell', 'SELL', marketBuy('10'), 'UNSUPPORTED_ORDER_CONFIGURATION'],
  ['a market FOK', 'BUY', { market_market_fok: { quote_size: '10' } }, 'UNSUPPORTED_ORDER_CONFIGURATION'],
  [
    'a reduce-only spot order',
    'SELL',
    { limit_limit_gtc: sized({ reduce_only: true }) },
    'REDUCE_ONLY_NOT_ALLOWED_ON_SPOT_PRODUCTS',
  ],
  [
    'a price on a market order',
    'BUY',
    { market_market_ioc: { quote_size: '5', limit_price: '1' } },
    'PRICE_NOT_ALLOWED_FOR_MARKET_ORDERS',
  ],
  ['a post-only FOK', 'BUY', { limit_limit_fok: sized({ post_only: true }) }, 'POST_ONLY_NOT_ALLOWED_WITH_FOK'],
  ['a crossing post-only buy', 'BUY', limitGtc('0.01', '51000', true), 'INVALID_LIMIT_PRICE_POST_ONLY'],
  ['a crossing post-only sell', 'SELL', limitGtc('0.01', '49000', true), 'INVALID_LIMIT_PRICE_POST_ONLY'],
  ['a buy far above the market', 'BUY', limitIoc('0.01', '80000'), 'LIMIT_ORDER_PRICE_EXCEEDS_PRICE_BAND_ON_BUY'],
  ['a sell far below the market', 'SELL', limitIoc('0.01', '20000'), 'LIMIT_ORDER_PRICE_EXCEEDS_PRICE_BAND_ON_SELL'],
  ['a GTD order without an end', 'BUY', { limit_limit_gtd: sized({}) }, 'GTD_ORDERS_MUST_HAVE_END_TIME'],
  [
    'a GTD order that has ended',
    'BUY',
    { limit_limit_gtd: sized({ end_time: '2020-01-01T00:00:00Z' }) },
    'END_TIME_IS_IN_THE_PAST',
  ],
  [
    'a GTD order with a strange end',
    'BUY',
    { limit_limit_gtd: sized({ end_time: 'soon' }) },
    'PREVIEW_INVALID_END_TIME',
  ],
  [
    'a falling stop above the market',
    'SELL',
    stop('50500', '50000', 'DOWN'),
    'PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE',
  ],
  ['a rising stop below the market', 'BUY', stop('49500', '50000', 'UP'), 'PREVIEW_STOP_PRICE_BELOW_LAST_TRADE_PRICE'],
  ['a buy limit below its stop', 'BUY', stop('50500', '50400', 'UP'), 'PREVIEW_STOP_PRICE_ABOVE_LIMIT_PRICE'],
  ['a sell limit above its stop', 'SELL', stop('49500', '49600', 'DOWN'), 'PREVIEW_STOP_PRICE_BELOW_LIMIT_PRICE'],
  ['a bracket to buy', 'BUY', bracket('52000', '48000'), 'BRACKET_ORDER_NOT_SUPPORTED'],
  [
    'a bracket on an illiquid product',
    'SELL',
    bracket('52000', '48000'),
    'BRACKET_ORDER_NOT_SUPPORTED',
    { product_id: 'XYZ-USD' },
  ],
  ['a bracket upside down', 'SELL', bracket('48000', '52000'), 'INVALID_BRACKET_PRICES'],
  ['a bracket target below the market', 'SELL', bracket('49000', '48000'), 'INVALID_BRACKET_LIMIT_PRICE'],
  ['a bracket stop above the market', 'SELL', bracket('52000', '51000'), 'INVALID_BRACKET_STOP_TRIGGER_PRICE'],
  [
    'an attached bracket with a size',
    'BUY',
    limitIoc('0.01', '51000'),
    'ATTACHED_ORDER_SIZE_MUST_BE_NIL',
    attached('55000', '45000', { base_size: '1' }),
  ],
  [
    'a bracket attached to a sell',
    'SELL',
    limitIoc('0.01', '49000'),
    'ATTACHED_ORDERS_ONLY_ALLOWED_ON_MARKET_LIMIT',
    attached('55000', '45000'),
  ],
  [
    'an attached target below the entry',
    'BUY',
    limitIoc('0.01', '51000'),
    'INVALID_ATTACHED_TAKE_PROFIT_PRICE',
    attached('50500', '45000'),
  ],
  [
    'an attached stop above the entry',
    'BUY',
    limitIoc('0.01', '51000'),
    'INVALID_ATTACHED_STOP_LOSS_PRICE',
    attached('55000', '52000'),
  ],
  [
    'an attached price off the grid',
    'BUY',
    limitIoc('0.01', '51000'),
    'INVALID_ATTACHED_TAKE_PROFIT_PRICE_PRECISION',
    attached('55000.001', '45000'),
  ],
];

describe('refusals with HTTP 200', () => {
  for (const [what, side, configuration, word, more] of CASES) {
    it(`refuses ${what} by its documented word, on creation and on preview`, async () => {
      const market = scriptedMarket({ BTC: flat(50_000, 60), XYZ: flat(50_000, 60) });
      const { order, call, sim } = await stage({ market, startingBalances: { USD: '10000', BTC: '5', XYZ: '5' } });

      const { status, body } = await order(side, configuration, more);
      const preview = await call('POST', '/orders/preview', {
        product_id: 'BTC-USD',
        side,
        order_configuration: configuration,
        ...more,
      });

      expect([status, body.success]).toEqual([200, false]);
      expect([body.error_response.error, body.error_response.preview_failure_reason]).toContain(word);
      expect(body.error_response.new_order_failure_reason).toBe('UNKNOWN_FAILURE_REASON');
      expect(preview.body.errs).toEqual([body.error_response.preview_failure_reason]);
      expect(preview.body.order_total).toBe('');
      expect(sim.admin.orders()).toEqual([]);
    });
  }

  it.each([
    [{ status: 'offline' }, [false, false, false], 'PRODUCT_TRADING_HALTED'],
    [{ isDisabled: true }, [false, false, false], 'ORDER_ENTRY_DISABLED'],
    [{ tradingDisabled: true }, [false, false, false], 'TRADING_DISABLED'],
    [{ viewOnly: true }, [false, false, false], 'UNTRADABLE_PRODUCT'],
    [{ cancelOnly: true }, [false, false, false], 'ORDER_ENTRY_DISABLED'],
    [{ auctionMode: true }, [false, false, false], 'PREVIEW_NOT_ALLOWED_BY_MARKET_STATE'],
    [{ postOnly: true }, [false, false, true], 'PREVIEW_NOT_ALLOWED_BY_MARKET_STATE'],
    [{ limitOnly: true }, [false, true, true], 'PREVIEW_NOT_ALLOWED_BY_MARKET_STATE'],
  ])('lets through what %j permits: market, limit, post-only = %j', async (flags, expected, word) => {
    const { order, sim, call } = await stage();
    const resting = (await order('BUY', limitGtc('0.001', '40000'))).body.success_response.order_id;
    sim.admin.setFlags('BTC-USD', flags);

    const replies = [
      await order('BUY', marketBuy('10')),
      await order('BUY', limitGtc('0.001', '49000')),
      await order('BUY', limitGtc('0.001', '49000', true)),
    ];

    expect(replies.map(({ body }) => body.success)).toEqual(expected);
    const { error, preview_failure_reason } = replies[0]?.body.error_response ?? {};
    expect([error, preview_failure_reason]).toContain(word);
    const cancelled = await call('POST', '/orders/batch_cancel', { order_ids: [resting] });
    expect(cancelled.body.results[0].success).toBe(true);
  });

  it('refuses a market order where nothing has traded yet', async () => {
    const { order } = await stage({ clock: virtualClock(START - 2 * 60 * MINUTE) });

    const { body } = await order('BUY', marketBuy('10'));

    expect(body.error_response.error).toBe('INVALID_NO_LIQUIDITY');
  });
});

describe('malformed requests', () => {
  it.each([
    ['no client order id', { client_order_id: '' }],
    ['a client order id of 129 characters', { client_order_id: 'x'.repeat(129) }],
    ['no side', { side: 'HOLD' }],
    ['no product', { product_id: undefined }],
    ['no configuration', { order_configuration: undefined }],
    ['two configurations', { order_configuration: { ...limitGtc('0.01', '1'), ...marketBuy('1') } }],
    ['a configuration that does not exist', { order_configuration: { limit_limit_ioc: {} } }],
    ['a limit without a price', { order_configuration: { limit_limit_gtc: { base_size: '1' } } }],
    ['a stop without a direction', { order_configuration: { stop_limit_stop_limit_gtc: sized({ stop_price: '1' }) } }],
    ['an attached order of another kind', { attached_order_configuration: { limit_limit_gtc: {} } }],
  ])('answers %s with 400', async (_, change) => {
    const { order, sim } = await stage();

    const { status, body } = await order('BUY', limitGtc('0.01', '49000'), change);

    expect([status, body.error]).toEqual([400, 'INVALID_ARGUMENT']);
    expect(sim.admin.orders()).toEqual([]);
  });
});
