import type { OrderRecord } from '../core/execution/order-record.ts';
import type { ProductId } from '../core/market/product.ts';
import type { Account } from '../core/portfolio/account.ts';

export interface AccountStore {
  /** Strongly consistent; undefined before the first save. */
  load(): Promise<Account | undefined>;
  /**
   * Saves if the stored version is `next.version - 1` (0: nothing stored) and the stored fence is not newer.
   * 'stale': somebody wrote in between, read again. 'fenced': a newer owner holds the lease, stop.
   */
  save(next: Account): Promise<'saved' | 'stale' | 'fenced'>;
}

export interface OrderStore {
  /**
   * Once per client order id. An open order is remembered for ever, and so is one with fills (taxes ask for it years
   * later); one that ended without any for at least 90 days [REQ-X1].
   */
  create(record: OrderRecord): Promise<'created' | 'exists'>;
  /** Strongly consistent. */
  find(clientOrderId: string): Promise<OrderRecord | undefined>;
  /** Saves if the stored version is `next.version - 1`. */
  save(next: OrderRecord): Promise<'saved' | 'stale'>;
  /**
   * One page of the orders decided in a span of slots, symbol by symbol and oldest first within a symbol. A page may be
   * empty and yet not the last. Strongly consistent; what is not asked for is not read. The open ones are no question to
   * this list: the account's `working` names every order that may still fill.
   */
  list(query: OrderQuery, after?: string): Promise<OrderPage>;
}

export interface OrderQuery {
  readonly fromSlotMs: number;
  /** Not included. */
  readonly toSlotMs: number;
  /** Only this product's; undefined: of all. */
  readonly productId?: ProductId | undefined;
}

export interface OrderPage {
  readonly orders: readonly OrderRecord[];
  /** To be handed in as `after` for the next page; null when this was the last. */
  readonly next: string | null;
}

export type LeaseAnswer =
  /** `fence` is larger than every one given before. */
  { readonly kind: 'held'; readonly fence: number } | { readonly kind: 'busy'; readonly owner: string };

export interface Lease {
  acquire(owner: string, ttlMs: number, nowMs: number): Promise<LeaseAnswer>;
  /** Frees it if `fence` still holds it; otherwise does nothing. */
  release(fence: number): Promise<void>;
}

/** One line of history per schedule slot. */
export interface CycleRecord {
  readonly slot_ms: number;
  readonly status: 'started' | 'completed' | 'skipped' | 'failed';
  readonly started_at_ms: number;
  readonly summary: Readonly<Record<string, unknown>>;
}

export interface CycleStore {
  /** 'repeated': this slot was begun before and must not be decided again. */
  begin(slotMs: number, startedAtMs: number): Promise<'begun' | 'repeated'>;
  finish(record: CycleRecord): Promise<void>;
  /** The newest slot that was begun; undefined at first. */
  lastSlotMs(): Promise<number | undefined>;
}

/** Durable facts that must outlive an adapter's process, by name (the paper book, the halt record). */
export interface FactStore {
  load(name: string): Promise<{ readonly version: number; readonly value: unknown } | undefined>;
  /** `version`: the one that was read (0: must not exist). */
  save(name: string, value: unknown, version: number): Promise<'saved' | 'stale'>;
}
