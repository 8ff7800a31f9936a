/** What the meter calls the exchange's operations in the log (shared/ports/telemetry.ts; a test compares). */
export const EXCHANGE_OPERATIONS = [
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
