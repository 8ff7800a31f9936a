import * as z from 'zod';
import type { OrderRecord } from '../../core/execution/order-record.ts';
import type { Account } from '../../core/portfolio/account.ts';
import type { AccountStore, CycleRecord, CycleStore, FactStore, Lease, OrderStore } from '../../ports/stores.ts';

interface Stores {
  readonly accounts: AccountStore;
  readonly orders: OrderStore;
  readonly cycles: CycleStore;
  readonly facts: FactStore;
  readonly lease: Lease;
}

/** What several desks share: each bot and mode has stores of its own on it. */
export interface DeskStores {
  of(scope: { readonly botId: string; readonly mode: 'PAPER' }): Stores;
  close(): Promise<void>;
}

/** @public Stands in for the one of `table-stores.ts` in a mutation run. */
export async function startStores(): Promise<DeskStores> {
  return { of: ({ botId, mode }) => memoryStores({ bot_id: botId, mode }), close: async () => {} };
}

export interface MemoryStores extends Stores {
  /** Every order record as it stands. */
  allOrders(): readonly OrderRecord[];
  /** All of it as it is now, to open other stores with. */
  copy(): MemoryState;
}

export interface MemoryState {
  account: Account | undefined;
  lease: { readonly owner: string; readonly fence: number; readonly untilMs: number };
  readonly records: Map<string, OrderRecord>;
  readonly cycles: Map<number, CycleRecord>;
  readonly facts: Map<string, { readonly version: number; readonly value: unknown }>;
}

/** The stores of one bot and mode without a table: the same contract, a thousand times as fast. Nothing is ever mutated. */
export function memoryStores(scope: Pick<Account, 'bot_id' | 'mode'>, from: MemoryState = EMPTY): MemoryStores {
  const state = copyOf(from);
  return {
    accounts: memoryAccounts(scope, state),
    orders: memoryOrders(state.records),
    cycles: memoryCycles(state.cycles),
    facts: memoryFacts(state.facts),
    lease: memoryLease(state),
    allOrders: () => [...state.records.values()],
    copy: () => copyOf(state),
  };
}

const EMPTY: MemoryState = {
  account: undefined,
  lease: { owner: '', fence: 0, untilMs: 0 },
  records: new Map(),
  cycles: new Map(),
  facts: new Map(),
};

function copyOf({ account, lease, records, cycles, facts }: MemoryState): MemoryState {
  return { account, lease, records: new Map(records), cycles: new Map(cycles), facts: new Map(facts) };
}

function memoryAccounts({ bot_id, mode }: Pick<Account, 'bot_id' | 'mode'>, state: MemoryState): AccountStore {
  return {
    load: async () => state.account,
    async save(next) {
      if (next.bot_id !== bot_id || next.mode !== mode) {
        throw new Error(`an account of ${next.bot_id}/${next.mode} must not be saved as ${bot_id}/${mode}`);
      }
      const stored = state.account;
      if (stored !== undefined && stored.fence > next.fence) return 'fenced';
      if ((stored?.version ?? 0) !== next.version - 1) return 'stale';
      state.account = next;
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

function memoryCycles(cycles: MemoryState['cycles']): CycleStore {
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

function memoryFacts(facts: MemoryState['facts']): FactStore {
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

function memoryLease(state: MemoryState): Lease {
  return {
    async acquire(owner, ttlMs, nowMs) {
      const { lease: held } = state;
      if (held.fence > 0 && held.untilMs > nowMs) return { kind: 'busy', owner: held.owner };
      state.lease = { owner, fence: held.fence + 1, untilMs: nowMs + ttlMs };
      return { kind: 'held', fence: held.fence + 1 };
    },
    async release(fence) {
      if (state.lease.fence === fence) state.lease = { ...state.lease, untilMs: 0 };
    },
  };
}
