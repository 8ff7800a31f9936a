import { expect, test } from 'vitest';
import { productId } from '../../core/market/product.ts';
import { price, quantity, usd } from '../../core/money/fixed.ts';
import { createBody, type OrderTerms, previewBody } from './order-configuration.ts';

const limit = { baseSize: quantity('0.00000001'), limitPrice: price('80000.50') };
const limitFields = { base_size: '0.00000001', limit_price: '80000.5' };
const stop = { ...limit, stopPrice: price('81000') };
const endTime = '2026-11-21T00:00:00Z';
const bracket = { limitPrice: price('90000'), stopTriggerPrice: price('70000') };
const bracketFields = { limit_price: '90000', stop_trigger_price: '70000' };

const CASES: readonly (readonly [OrderTerms, Readonly<Record<string, unknown>>])[] = [
  [{ type: 'market_ioc_quote', quoteSize: usd('50') }, { market_market_ioc: { quote_size: '50' } }],
  [{ type: 'market_ioc_base', baseSize: quantity('0.5') }, { market_market_ioc: { base_size: '0.5' } }],
  [{ type: 'limit_gtc', postOnly: true, ...limit }, { limit_limit_gtc: { ...limitFields, post_only: true } }],
  [
    { type: 'limit_gtd', postOnly: false, endTime, ...limit },
    { limit_limit_gtd: { ...limitFields, end_time: endTime, post_only: false } },
  ],
  [{ type: 'limit_fok', ...limit }, { limit_limit_fok: limitFields }],
  [{ type: 'limit_ioc', ...limit }, { sor_limit_ioc: limitFields }],
  [
    { type: 'stop_limit_gtc', direction: 'down', ...stop },
    {
      stop_limit_stop_limit_gtc: {
        ...limitFields,
        stop_price: '81000',
        stop_direction: 'STOP_DIRECTION_STOP_DOWN',
      },
    },
  ],
  [
    { type: 'stop_limit_gtd', direction: 'up', endTime, ...stop },
    {
      stop_limit_stop_limit_gtd: {
        ...limitFields,
        stop_price: '81000',
        stop_direction: 'STOP_DIRECTION_STOP_UP',
        end_time: endTime,
      },
    },
  ],
  [
    { type: 'bracket_gtc', baseSize: quantity('2'), ...bracket },
    { trigger_bracket_gtc: { base_size: '2', ...bracketFields } },
  ],
  [
    { type: 'bracket_gtd', baseSize: quantity('2'), endTime, ...bracket },
    { trigger_bracket_gtd: { base_size: '2', ...bracketFields, end_time: endTime } },
  ],
];

test.each(CASES)('$type is spelled as documented, in plain decimals', (terms, configuration) => {
  const request = { productId: productId('BTC-USD'), side: 'SELL', terms } as const;
  const body = { product_id: 'BTC-USD', side: 'SELL', order_configuration: configuration };
  expect(previewBody(request)).toEqual(body);
  expect(JSON.parse(createBody('c-1', request))).toEqual({ client_order_id: 'c-1', ...body });
});

test('an attached bracket has no size: it takes the filled one', () => {
  const body = previewBody({
    productId: productId('BTC-USD'),
    side: 'BUY',
    terms: { type: 'limit_ioc', ...limit },
    attachedBracket: bracket,
  });
  expect(body).toMatchObject({ attached_order_configuration: { trigger_bracket_gtc: bracketFields } });
});
