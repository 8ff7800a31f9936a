import {
  type Fixed,
  notional,
  type Price,
  parseFixed,
  portion,
  type Quantity,
  type Ratio,
  type Usd,
} from '../../shared/core/money/fixed.ts';

/** A balance, a hold: the unit depends on the currency beside it. */
export type Amount = Fixed<string>;

export interface Fees {
  readonly maker: Ratio;
  readonly taker: Ratio;
}

const ONE = parseFixed<'ratio'>('1');

/** Rounded down to 1e-12, so that the fees of the parts of an order never exceed what was held for the whole. */
export function feeOn(value: Usd, rate: Ratio): Usd {
  return portion(value, rate, 'down');
}

/** The value that together with its fee comes to at most `gross`. */
export function netOfFee(gross: Usd, rate: Ratio): Usd {
  return ((gross * ONE) / (ONE + rate)) as Usd;
}

/** What a buy of this size at this price can cost at most. */
export function worstCost(size: Quantity, at: Price, fees: Fees): Usd {
  const value = notional(size, at, 'up');
  const rate = fees.maker > fees.taker ? fees.maker : fees.taker;
  return (value + portion(value, rate, 'up')) as Usd;
}

/** value / size, cut after 12 decimals as the exchange rounds it too; zero for nothing. */
export function averagePrice(value: Usd, size: Quantity): Price {
  return size === 0n ? (0n as Price) : (((value * ONE) / size) as Price);
}

export function isOnGrid(value: Amount, increment: Amount): boolean {
  return value % increment === 0n;
}

/** A multiple of a price: shifted(p, 200) is 2 % above. */
export function shifted(price: Price, bps: number): Price {
  return ((price * BigInt(10_000 + bps)) / 10_000n) as Price;
}

export function dropToGrid(value: Quantity, increment: Quantity): Quantity {
  return (value - (value % increment)) as Quantity;
}
