import { price, quantity, usd } from '../../core/money/fixed.ts';
import type { Exchange, ExchangeFill, ExchangeOrder } from '../../ports/exchange.ts';
import { BTC, type Desk } from './desk.ts';

/** So much less of a currency (more with a minus) than the exchange has. */
export function balancesLess(desk: Pick<Desk, 'exchange'>, currency: string, amount: string): Exchange['balances'] {
  return async () => {
    const real = await desk.exchange.balances();
    if (real.kind !== 'ok') return real;
    const known = real.value.find((balance) => balance.currency === currency);
    const less = {
      currency,
      hold: known?.hold ?? quantity('0'),
      available: ((known?.available ?? 0n) - quantity(amount)) as ReturnType<typeof quantity>,
    };
    return { kind: 'ok', value: [...real.value.filter((balance) => balance.currency !== currency), less] };
  };
}

/** Somebody sells 0.2 BTC of the bot's own for 101 each. */
export function soldByHand(desk: Pick<Desk, 'exchange' | 'nowMs'>): Partial<Exchange> {
  const fill: ExchangeFill = {
    entryId: 'hand-1',
    orderId: 'theirs',
    productId: BTC,
    side: 'SELL',
    price: price('101'),
    quantity: quantity('0.2'),
    commission: usd('0'),
    timeMs: desk.nowMs,
    tradeType: 'FILL',
    liquidity: 'TAKER',
  };
  return {
    order: async (id) =>
      id === 'theirs' ? { kind: 'ok', value: { ...foreignOrder(desk), status: 'FILLED' } } : desk.exchange.order(id),
    fillsSince: async (sinceMs) => {
      const real = await desk.exchange.fillsSince(sinceMs);
      if (real.kind !== 'ok') return real;
      return { kind: 'ok', value: fill.timeMs >= sinceMs ? [...real.value, fill] : real.value };
    },
    balances: async () => {
      const coins = await balancesLess(desk, 'BTC', '0.2')();
      const cash = await balancesLess(desk, 'USD', '-20.2')();
      if (coins.kind !== 'ok' || cash.kind !== 'ok') return coins;
      const pick = (list: typeof coins.value, currency: string) => list.filter((each) => each.currency === currency);
      return { kind: 'ok', value: [...pick(cash.value, 'USD'), ...pick(coins.value, 'BTC')] };
    },
  };
}

/** The same balances with more dollars. */
export function withMore(
  desk: Pick<Desk, 'exchange'>,
  balances: Exchange['balances'] | undefined,
  usdMore: string,
): Exchange['balances'] {
  return async () => {
    const real = await (balances ?? desk.exchange.balances)();
    if (real.kind !== 'ok') return real;
    const more = real.value.map((each) => {
      const available = (each.available + quantity(usdMore)) as typeof each.available;
      return each.currency === 'USD' ? { ...each, available } : each;
    });
    return { kind: 'ok', value: more };
  };
}

export function foreignOrder(desk: Pick<Desk, 'nowMs'>): ExchangeOrder {
  return {
    orderId: 'theirs',
    clientOrderId: 'typed-by-hand',
    productId: BTC,
    side: 'SELL',
    status: 'OPEN',
    baseSize: quantity('0.25'),
    limitPrice: price('101'),
    filledQuantity: quantity('0'),
    filledValue: usd('0'),
    totalFees: usd('0'),
    createdMs: desk.nowMs,
    detail: null,
  };
}
