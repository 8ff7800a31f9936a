import type { Account, Mode } from '../core/portfolio/account.ts';
import { heldSymbols, workingOrders } from '../core/portfolio/valuation.ts';
import type { Clock } from '../ports/clock.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { AccountStore } from '../ports/stores.ts';
import { alert, resolve } from './alerts.ts';

export interface LiveLeftPorts {
  /** The books of LIVE, whatever the mode is now. */
  readonly accounts: Pick<AccountStore, 'load'>;
  readonly notifier: Notifier;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** What the books of LIVE hold while another mode runs: modes share no books [I10], so nobody follows it. null: nothing. */
export function liveLeft(account: Account | undefined, mode: Mode): string | null {
  if (account === undefined || mode === 'LIVE') return null;
  const held = heldSymbols(account);
  const orders = workingOrders(account).length;
  const parts = [
    ...(held.length === 0 ? [] : [`${held.join(', ')} held`]),
    ...(orders === 0 ? [] : [`${orders} orders open`]),
  ];
  return parts.length === 0 ? null : `LIVE left ${parts.join(' and ')}; in ${mode} nobody follows them`;
}

/** The daily look at what LIVE has left behind. */
export async function watchLiveLeft(ports: LiveLeftPorts, botId: string, mode: Mode): Promise<void> {
  const left = liveLeft(await ports.accounts.load(), mode);
  if (left === null) await resolve(ports, 'LIVE_LEFT', botId, 'nothing of LIVE is left alone');
  else await alert(ports, 'LIVE_LEFT', botId, left);
}
