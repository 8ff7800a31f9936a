/** Payloads in the shape of the documented ones, with values of our own; any field can be replaced. */
type Fields = Readonly<Record<string, unknown>>;

export function product(fields: Fields): Fields {
  return {
    product_id: 'BTC-USD',
    price: '81234.56',
    volume_24h: '5123.00000001',
    base_increment: '0.00000001',
    quote_increment: '0.01',
    price_increment: '0.01',
    base_min_size: '0.00000001',
    base_max_size: '3400',
    quote_min_size: '1',
    quote_max_size: '150000000',
    base_currency_id: 'BTC',
    quote_currency_id: 'USD',
    is_disabled: false,
    status: 'online',
    cancel_only: false,
    limit_only: false,
    post_only: false,
    trading_disabled: false,
    auction_mode: false,
    view_only: false,
    product_type: 'SPOT',
    mid_market_price: '',
    approximate_quote_24h_volume: '416000000.00',
    fcm_trading_session_details: null,
    ...fields,
  };
}

export function account(fields: Fields): Fields {
  return {
    uuid: '0d6e2f0a-0001',
    name: 'BTC Wallet',
    currency: 'BTC',
    available_balance: { value: '0.15000000', currency: 'BTC' },
    active: true,
    ready: true,
    deleted_at: null,
    type: 'ACCOUNT_TYPE_CRYPTO',
    platform: 'ACCOUNT_PLATFORM_CONSUMER',
    hold: { value: '0.01', currency: 'BTC' },
    ...fields,
  };
}

export function order(fields: Fields): Fields {
  return {
    order_id: 'o-1',
    client_order_id: 'c-1',
    product_id: 'BTC-USD',
    side: 'BUY',
    status: 'FILLED',
    order_configuration: { sor_limit_ioc: { base_size: '0.001', limit_price: '80000.00', rfq_disabled: false } },
    order_type: 'LIMIT',
    time_in_force: 'IMMEDIATE_OR_CANCEL',
    created_time: '2026-11-20T10:00:00.123456789Z',
    number_of_fills: '2',
    filled_size: '0.001',
    average_filled_price: '79999.99999999999999999999',
    filled_value: '80',
    fee: '',
    total_fees: '0.28',
    size_in_quote: false,
    reject_reason: 'REJECT_REASON_UNSPECIFIED',
    reject_message: '',
    cancel_message: '',
    attached_order_configuration: null,
    leverage: '',
    ...fields,
  };
}

export function fill(fields: Fields): Fields {
  return {
    entry_id: 'e-1',
    trade_id: 't-1',
    order_id: 'o-1',
    trade_time: '2026-11-20T10:04:59.5Z',
    trade_type: 'FILL',
    price: '80000.00',
    size: '0.0005',
    commission: '0.14',
    product_id: 'BTC-USD',
    sequence_timestamp: '2026-11-20T10:04:59.507001Z',
    liquidity_indicator: 'MAKER',
    size_in_quote: false,
    side: 'BUY',
    ...fields,
  };
}
