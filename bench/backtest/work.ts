/**
 * The work that engines are compared on: buy when the mean of the last 20 closes crosses above that of 50, sell when it
 * crosses back, at the next open, ten units each time, 0.6 % a side.
 */
export const FAST = 20;
export const SLOW = 50;
export const UNITS = 10;
export const FEE = 0.006;
export const CASH = 1_000_000;

export interface Work {
  readonly name: 'w1' | 'w2';
  readonly symbols: number;
  readonly bars: number;
  readonly mostOpen: number;
  /** What every engine that does the same work comes to. */
  readonly trades: number;
  readonly equity: number;
  readonly seedOf: (symbol: number) => number;
}

export const WORKS: readonly Work[] = [
  { name: 'w1', symbols: 1, bars: 500_000, mostOpen: 1, trades: 5_669, equity: 877_099.5759, seedOf: () => 42 },
  {
    name: 'w2',
    symbols: 10,
    bars: 100_000,
    mostOpen: 5,
    trades: 8_460,
    equity: 884_113.4315,
    seedOf: (k) => 1_000 + k,
  },
];
