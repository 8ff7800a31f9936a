/** One enum shared by meter and budget: the names of exchange operations. */
export const OPERATIONS = [
  'time',
  'products',
  'quotes',
  'candles',
  'accounts',
  'fees',
  'permissions',
  'orders',
  'order',
  'fills',
  'preview',
  'create',
  'edit',
  'cancel',
  'book',
  'ticker',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Receives one event per exchange request actually sent (each attempt counts). */
export interface CallMeter {
  record(call: {
    readonly operation: Operation;
    readonly attempt: number;
    readonly ms: number;
    readonly outcome: string;
  }): void;
}
