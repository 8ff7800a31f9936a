import type { WorkingOrder } from '../portfolio/account.ts';

declare const approved: unique symbol;

/** The order as risk approved it: sized, priced on the grid, with its worst-case reservation and its deadline. */
export type OrderIntent = Omit<WorkingOrder, 'status' | 'order_id' | 'filled' | 'sent_at_ms'>;

/**
 * An intent that passed every rule [I1]. Only `assess` mints it (the one `as ApprovedOrder` of the code base stands
 * there); the account's reservations and the order records are made from nothing else.
 */
export type ApprovedOrder = OrderIntent & { readonly [approved]: true };
