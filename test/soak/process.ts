import type { CyclePorts } from '../../shared/app/ports.ts';
import type { Turnstile } from './turnstile.ts';

/** A process that was killed: nothing after this call happened. */
export class Killed extends Error {}

export interface Fate {
  /** The call of a port at which the process dies; null: it lives. */
  readonly diesAt: number | null;
  /** Before the call took effect, or after it did and before the process heard of it. */
  readonly moment: 'before' | 'after';
}

/** The ports as one process of the bot sees them: it takes turns with the others, and it may die at any call. */
export function processPorts(ports: CyclePorts, turns: Turnstile, fate: Fate): CyclePorts {
  const guard = mortal(fate);
  const guarded = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) =>
          turns.pass(() => guard(async () => Reflect.apply(method, target, args) as unknown));
      },
    });
  return {
    ...ports,
    exchange: guarded(ports.exchange),
    marketData: guarded(ports.marketData),
    accounts: guarded(ports.accounts),
    orders: guarded(ports.orders),
    lease: guarded(ports.lease),
    queue: guarded(ports.queue),
    notifier: guarded(ports.notifier),
    killSwitch: guarded(ports.killSwitch),
    clock: { ...ports.clock, sleep: (ms) => turns.pass(() => guard(() => ports.clock.sleep(ms))) },
  };
}

function mortal({ diesAt, moment }: Fate): <Result>(call: () => Promise<Result>) => Promise<Result> {
  let calls = 0;
  let isDead = false;
  return async (call) => {
    // Branches that ran side by side in the process end with it.
    if (isDead) throw new Killed();
    calls += 1;
    const dies = calls === diesAt;
    if (dies) isDead = true;
    if (dies && moment === 'before') throw new Killed();
    const result = await call();
    if (isDead) throw new Killed();
    return result;
  };
}
