import { type WatchPlan, type WatchPorts, watchKillSwitch } from '../../shared/app/watch-kill-switch.ts';
import type { Compose } from '../runtime/once.ts';

export interface WatchDeps {
  readonly ports: Pick<WatchPorts, 'killSwitch' | 'clock' | 'onFailure'>;
  /** Asks `halt` for a halt. */
  readonly ask: (request: HaltWords) => Promise<void>;
  readonly plan: WatchPlan;
}

/** As the halt handler reads it. */
export interface HaltWords {
  readonly reason: string;
  readonly source: string;
  readonly flipped_at_ms?: number;
}

/** Watches the kill switch for a little longer than until the next one begins to [REQ-K1]. */
export function createWatchHandler(compose: Compose<WatchDeps>): (event: unknown) => Promise<void> {
  return async () => {
    const { ports, ask, plan } = await compose();
    const onKilled: WatchPorts['onKilled'] = ({ reason, atMs }) =>
      ask({ reason, source: 'watch', ...(atMs !== undefined && { flipped_at_ms: atMs }) });
    await watchKillSwitch({ ...ports, onKilled }, plan);
  };
}
