import * as z from 'zod';
import type { OrderRecord } from '../../core/execution/order-record.ts';
import type { Account } from '../../core/portfolio/account.ts';
import type { AccountStore, CycleRecord, CycleStore, FactStore, Lease, OrderStore } from '../../ports/stores.ts';

export interface MemoryStores {
  readonly accounts: AccountStore;
  readonly orders: OrderStore;
  readonly cycles: CycleStore;
  readonly facts: FactStore;
  readonly lease: Lease;
  /** Every order record as it stands. */
  allOrders(): readonly OrderRecord[];
}

/** The stores of one bot and mode without a table: the same contract, a thousand times as fast. Nothing is ever mutated. */
export function memoryStores(scope: Pick<Account, 'bot_id' | 'mode'>): MemoryStores {
  const records = new Map<string, OrderRecord>();
  return {
    accounts: memoryAccounts(scope),
    orders: memoryOrders(records),
    cycles: memoryCycles(),
    facts: memoryFacts(),
    lease: memoryLease(),
    allOrders: () => [...records.values()],
  };
}

function memoryAccounts({ bot_id, mode }: Pick<Account, 'bot_id' | 'mode'>): AccountStore {
  let stored: Account | undefined;
  return {
    load: async () => stored,
    async save(next) {
      if (next.bot_id !== bot_id || next.mode !== mode) {
        throw new Error(`an account of ${next.bot_id}/${next.mode} must not be saved as ${bot_id}/${mode}`);
      }
      if (stored !== undefined && stored.fence > next.fence) return 'fenced';
      if ((stored?.version ?? 0) !== next.version - 1) return 'stale';
      stored = next;
      return 'saved';
    },
  };
}

function memoryOrders(records: Map<string, OrderRecord>): OrderStore {
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
    async list({ fromSlotMs, toSlotMs, productId }) {
      const orders = [...records.values()]
        .filter(({ intent }) => productId === undefined || intent.product_id === productId)
        .filter(({ decided }) => decided.slot_ms >= fromSlotMs && decided.slot_ms < toSlotMs)
        .sort((a, b) => (a.client_order_id < b.client_order_id ? -1 : 1));
      return { orders, next: null };
    },
  };
}

function memoryCycles(): CycleStore {
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

function memoryFacts(): FactStore {
  const facts = new Map<string, { readonly version: number; readonly value: unknown }>();
  return {
    load: async (name) => facts.get(name),
    async save(name, value, version) {
      const checked = z.json().parse(value);
      if ((facts.get(name)?.version ?? 0) !== version) return 'stale';
      facts.set(name, { version: version + 1, value: checked });
      return 'saved';
    },
  };
}

function memoryLease(): Lease {
  let held = { owner: '', fence: 0, untilMs: 0 };
  return {
    async acquire(owner, ttlMs, nowMs) {
      if (held.fence > 0 && held.untilMs > nowMs) return { kind: 'busy', owner: held.owner };
      held = { owner, fence: held.fence + 1, untilMs: nowMs + ttlMs };
      return { kind: 'held', fence: held.fence };
    },
    async release(fence) {
      if (held.fence === fence) held = { ...held, untilMs: 0 };
    },
  };
}
