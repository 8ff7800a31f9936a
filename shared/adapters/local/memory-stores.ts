import * as z from 'zod';
import type { OrderRecord } from '../../core/execution/order-record.ts';
import type { Account, Mode } from '../../core/portfolio/account.ts';
import type { AccountStore, CycleRecord, CycleStore, FactStore, Lease, OrderStore } from '../../ports/stores.ts';

export interface MemoryStores {
  readonly accounts: AccountStore;
  readonly orders: OrderStore;
  readonly lease: Lease;
  readonly cycles: CycleStore;
  readonly facts: FactStore;
}

/** What stays when a process of the test dies. Records are immutable, so they are kept as they are: nothing is encoded. */
export interface MemoryTable {
  /** The stores of one bot and mode: asking again gives the same ones. */
  stores(scope: { readonly botId: string; readonly mode: Mode }): MemoryStores;
}

/** The stores under the same contract as the table's, for runs that would spend their time on a database. */
export function memoryTable(): MemoryTable {
  const known = new Map<string, MemoryStores>();
  return {
    stores(scope) {
      const key = `${scope.botId} ${scope.mode}`;
      const stores = known.get(key) ?? open(scope.botId, scope.mode);
      known.set(key, stores);
      return stores;
    },
  };
}

function open(botId: string, mode: Mode): MemoryStores {
  return {
    accounts: accountStore(botId, mode),
    orders: orderStore(),
    lease: memoryLease(),
    cycles: cycleStore(),
    facts: factStore(),
  };
}

function accountStore(botId: string, mode: Mode): AccountStore {
  let stored: Account | undefined;
  return {
    load: async () => stored,
    async save(next) {
      if (next.bot_id !== botId || next.mode !== mode) {
        throw new Error(`an account of ${next.bot_id}/${next.mode} must not be saved as ${botId}/${mode}`);
      }
      if ((stored?.fence ?? 0) > next.fence) return 'fenced';
      if ((stored?.version ?? 0) !== next.version - 1) return 'stale';
      stored = next;
      return 'saved';
    },
  };
}

function orderStore(): OrderStore {
  const records = new Map<string, OrderRecord>();
  return {
    async create(record) {
      if (records.has(record.client_order_id)) return 'exists';
      records.set(record.client_order_id, record);
      return 'created';
    },
    find: async (clientOrderId) => records.get(clientOrderId),
    async save(next) {
      if (records.get(next.client_order_id)?.version !== next.version - 1) return 'stale';
      records.set(next.client_order_id, next);
      return 'saved';
    },
    // In the order of keys, as the table lists them. Nothing is too much for one page here.
    list: async ({ fromSlotMs, toSlotMs, productId }) => ({
      orders: [...records.values()]
        .filter(({ decided: { slot_ms } }) => slot_ms >= fromSlotMs && slot_ms < toSlotMs)
        .filter(({ intent }) => productId === undefined || intent.product_id === productId)
        .sort((a, b) => (a.client_order_id < b.client_order_id ? -1 : 1)),
      next: null,
    }),
  };
}

function memoryLease(): Lease {
  let row = { owner: '', fence: 0, heldUntilMs: 0 };
  return {
    async acquire(owner, ttlMs, nowMs) {
      if (row.heldUntilMs > nowMs) return { kind: 'busy', owner: row.owner };
      row = { owner, fence: row.fence + 1, heldUntilMs: nowMs + ttlMs };
      return { kind: 'held', fence: row.fence };
    },
    async release(fence) {
      if (row.fence === fence) row = { ...row, heldUntilMs: 0 };
    },
  };
}

function cycleStore(): CycleStore {
  const cycles = new Map<number, CycleRecord>();
  return {
    async begin(slotMs, startedAtMs) {
      if (cycles.has(slotMs)) return 'repeated';
      cycles.set(slotMs, { slot_ms: slotMs, status: 'started', started_at_ms: startedAtMs, summary: {} });
      return 'begun';
    },
    async finish(record) {
      if (!cycles.has(record.slot_ms)) throw new Error(`cycle ${record.slot_ms} cannot finish: it was never begun`);
      cycles.set(record.slot_ms, record);
    },
    lastSlotMs: async () => (cycles.size === 0 ? undefined : Math.max(...cycles.keys())),
  };
}

function factStore(): FactStore {
  const facts = new Map<string, { readonly version: number; readonly value: unknown }>();
  return {
    load: async (name) => facts.get(name),
    async save(name, value, version) {
      // A value that JSON cannot carry is refused here as the table refuses it.
      const kept = z.json().parse(value);
      if ((facts.get(name)?.version ?? 0) !== version) return 'stale';
      facts.set(name, { version: version + 1, value: kept });
      return 'saved';
    },
  };
}
