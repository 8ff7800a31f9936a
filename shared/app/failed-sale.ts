import type { OrderRecord } from '../core/execution/order-record.ts';
import type { Account } from '../core/portfolio/account.ts';
import { alert } from './alerts.ts';
import type { TradingPorts } from './ports.ts';
import { isNotTaken } from './protection-memory.ts';

/** Nothing failed, or somebody is told already. */
const TOLD_ELSEWHERE = /^(killed: |LIVE is not authorised|mode is DRY_RUN|frozen: |its reservation is gone)/;

/**
 * A sale that was decided and never got onto the exchange, while its coins are still there: a stop that cannot sell, or a
 * protection that cannot rest, is no secret [I12]. It is over with the first cycle that wants to sell nothing there.
 */
export async function tellFailedSale(
  ports: Pick<TradingPorts, 'notifier' | 'clock'>,
  { client_order_id, intent }: OrderRecord,
  account: Account | undefined,
  reason: string,
): Promise<void> {
  if (intent.side !== 'SELL' || TOLD_ELSEWHERE.test(reason) || isNotTaken(intent, reason)) return;
  if (account?.positions[intent.product_id] === undefined) return;
  await alert(ports, 'SALE_FAILED', intent.product_id, `${client_order_id}: ${reason}`);
}
