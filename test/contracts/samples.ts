import type { OrderRecord } from '../../shared/core/execution/order-record.ts';
import { AT_ONCE } from '../../shared/core/execution/routing.ts';
import { productId } from '../../shared/core/market/product.ts';
import { price, quantity, usd, ZERO_QUANTITY, ZERO_USD } from '../../shared/core/money/fixed.ts';
import type { Account, Mode, WorkingOrder } from '../../shared/core/portfolio/account.ts';

export const BTC = productId('BTC-USD');
export const SLOT = Date.UTC(2026, 0, 31, 12);

/** A working order with the finest amounts that money carries. */
export function sampleWorking(clientOrderId: string): WorkingOrder {
  return {
    client_order_id: clientOrderId,
    product_id: BTC,
    side: 'BUY',
    quantity: quantity('0.000000000001'),
    limit_price: price('123456789.000000000001'),
    reserved: usd('999999999999.999999999999'),
    purpose: 'entry',
    ...AT_ONCE,
    reason: 'breakout',
    strategy: 'donchian',
    stop_price: null,
    take_profit_price: price('0.1'),
    slot_ms: SLOT,
    not_after_ms: SLOT + 60_000,
    status: 'READY',
    order_id: null,
    filled: ZERO_QUANTITY,
    sent_at_ms: null,
  };
}

export function sampleAccount(
  botId: string,
  mode: Mode,
  { version, fence }: { readonly version: number; readonly fence: number },
  changes: Partial<Account> = {},
): Account {
  return {
    bot_id: botId,
    mode,
    version,
    fence,
    cash: usd('10000.01'),
    positions: {
      [BTC]: {
        lots: [{ quantity: quantity('0.1'), cost: usd('5000.123456789012'), opened_at_ms: SLOT }],
        strategy: 'donchian',
        opened_at_ms: SLOT,
        stop_price: price('45000'),
        take_profit_price: null,
      },
    },
    external: { ETH: quantity('3.5') },
    working: { 'bot1-a': sampleWorking('bot1-a') },
    outbox: ['bot1-a'],
    cooldowns: { [BTC]: { until_ms: SLOT, reason: 'fill' } },
    entries: [{ product_id: BTC, at_ms: SLOT }],
    exit_results: { 'bot1-b': { at_ms: SLOT, realised_pnl: usd('-1.000000000001') } },
    booked_fills: { 'fill-1': SLOT },
    fills_cursor_ms: SLOT,
    high_water_mark: usd('12345.6'),
    marks: {
      day: { start_ms: SLOT, equity: usd('12000') },
      week: { start_ms: SLOT, equity: usd('11000.5') },
      peaks: { [String(SLOT)]: usd('12345.6') },
    },
    flows: [{ at_ms: SLOT, amount: usd('-100') }],
    unsettled_flow: usd('-100'),
    external_counted: true,
    unsettled_coins: { BTC: quantity('0.25') },
    realised_pnl: usd('-12.5'),
    fees_paid: usd('0.000000000001'),
    halted: false,
    frozen: {},
    sightings: {
      opened_at_ms: SLOT,
      orders_listed_ms: SLOT,
      foreign_orders: { o1: { product_id: BTC, side: 'BUY', size: null, alerted_ms: SLOT } },
      foreign_fills: {
        f1: {
          order_id: 'o1',
          product_id: BTC,
          side: 'SELL',
          price: price('50000'),
          quantity: quantity('0.1'),
          at_ms: SLOT,
        },
      },
      gaps: { at_ms: SLOT, cash: usd('-0.000000000001'), coins: { ETH: quantity('-1') } },
    },
    protection: { [BTC]: { refused: ['bracket'], until_ms: SLOT } },
    // Numbers that a decimal database would round or refuse.
    universe_memory: { [BTC]: { member: true, cycles: 1 } },
    benched: { donchian: SLOT },
    shadow: {
      ensemble: {
        since_ms: SLOT,
        open: {
          [BTC]: {
            quantity: quantity('0.00000001'),
            cost: usd('500.6'),
            fee: usd('0.6'),
            opened_at_ms: SLOT,
            stop_price: price('45000'),
            take_profit_price: price('60000'),
          },
        },
        closed: 2,
        wins: 1,
        notional: usd('994'),
        cost: usd('1000'),
        proceeds: usd('998.000000000001'),
        fees: usd('12'),
        unscored: 0,
      },
    },
    strategy_state: { donchian: { tiny: 5e-324, huge: 1.7976931348623157e308, third: 1 / 3, '': ['empty key'] } },
    ...changes,
  };
}

export function sampleOrder(clientOrderId: string, changes: Partial<OrderRecord> = {}): OrderRecord {
  const {
    status: _status,
    order_id: _orderId,
    filled: _filled,
    sent_at_ms: _sent,
    ...intent
  } = sampleWorking(clientOrderId);
  return {
    client_order_id: clientOrderId,
    version: 1,
    status: 'READY',
    intent,
    decided: { slot_ms: SLOT, config_hash: 'c'.repeat(64), mode: 'PAPER', quote: null },
    assessment: { rule: 'cash' },
    terms: null,
    preview: null,
    body_hash: null,
    sent_at_ms: null,
    order_id: null,
    filled_quantity: ZERO_QUANTITY,
    filled_value: ZERO_USD,
    fees: ZERO_USD,
    fills: [],
    reason: null,
    history: [{ at_ms: SLOT, event: 'approve', status: 'READY' }],
    ...changes,
  };
}

/** How often each answer was given. */
export function countOf<Answer extends string>(answers: readonly Answer[], answer: Answer): number {
  return answers.filter((given) => given === answer).length;
}

export const TWENTY = Array.from({ length: 20 }, (_, i) => i);
