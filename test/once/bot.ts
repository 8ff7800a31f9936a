import { type HaltReport, halt } from '../../shared/app/halt.ts';
import { placeOrder } from '../../shared/app/place-order.ts';
import type { CycleSettings } from '../../shared/app/ports.ts';
import { runCycle } from '../../shared/app/run-cycle.ts';
import { decideWith, type Seen } from '../../shared/app/testing/pipeline.ts';
import type { ApprovedOrder } from '../../shared/core/risk/approved-order.ts';
import type { IntentMessage } from '../../shared/ports/intent-queue.ts';
import { type Stand, type StandPorts, slotOf } from './stand.ts';

/** What a process was doing when a fault met it: this is what is delivered once more. */
export type Task =
  | {
      readonly kind: 'cycle';
      readonly slotMs: number;
      readonly orders: readonly ApprovedOrder[] | 'decided';
      readonly seen?: Seen;
    }
  | { readonly kind: 'message'; readonly message: IntentMessage }
  | { readonly kind: 'halt' };

/** One process of the bot: its own view of the ports and, for the lease, its own name. */
export interface Bot {
  /** 'decided': by decide() itself; else what risk would have approved. */
  cycle(orders: readonly ApprovedOrder[] | 'decided', seen?: Seen): Promise<void>;
  /** Hands every queued message to the worker, in order; one that throws stays first in line. */
  work(): Promise<void>;
  halt(): Promise<HaltReport>;
  perform(task: Task): Promise<unknown>;
}

export function botOn(
  stand: Stand,
  owner: string,
  ports: StandPorts = stand.ports,
  begun: (task: Task) => void = () => {},
): Bot {
  const settings = { ...stand.settings, owner };
  const bot: Bot = {
    cycle: (orders, seen = {}) => bot.perform({ kind: 'cycle', slotMs: slotOf(stand), orders, seen }) as Promise<void>,
    async work() {
      for (let [message] = stand.messages; message !== undefined; [message] = stand.messages) {
        await bot.perform({ kind: 'message', message });
        const position = stand.messages.indexOf(message);
        if (position >= 0) stand.messages.splice(position, 1);
      }
    },
    halt: () => bot.perform({ kind: 'halt' }) as Promise<HaltReport>,
    perform(task) {
      begun(task);
      switch (task.kind) {
        case 'cycle':
          return task.orders === 'decided'
            ? runCycle(ports, settings, task)
            : cycleOf(ports, settings, task.slotMs, task.orders, task.seen);
        case 'message':
          return placeOrder(ports, settings, task.message);
        case 'halt':
          return halt(ports, settings, { reason: 'drill', source: 'test' });
        default:
          return task satisfies never;
      }
    },
  };
  return bot;
}

/** A cycle round a decision that was made elsewhere, in the order in which run-cycle.ts does it. */
async function cycleOf(
  ports: StandPorts,
  settings: CycleSettings,
  slotMs: number,
  orders: readonly ApprovedOrder[],
  seen: Seen = {},
): Promise<void> {
  const lease = await ports.lease.acquire(settings.owner, settings.leaseTtlMs, ports.clock.nowMs());
  if (lease.kind === 'busy') return;
  try {
    if ((await ports.cycles.begin(slotMs, ports.clock.nowMs())) === 'repeated') return;
    await decideWith(ports, settings, orders, lease.fence, seen);
    await ports.cycles.finish({ slot_ms: slotMs, status: 'completed', started_at_ms: slotMs, summary: {} });
  } finally {
    await ports.lease.release(lease.fence);
  }
}
