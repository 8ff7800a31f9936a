import type { OrderRecord } from '../core/execution/order-record.ts';
import { type Product, permissionsOf } from '../core/market/product.ts';
import { heldQuantity } from '../core/portfolio/ledger.ts';
import { failureText } from '../ports/answer.ts';
import type { PlacePorts, TraderSettings } from './ports.ts';
import { previewOf } from './preview.ts';

/**
 * Why an approved intent must not be sent now, or null. Run by the worker just before the claim: time has passed since
 * the decision, so every gate is asked again [I4], the reservation must still stand [I3] and a sale must still be
 * covered by what is held [I5].
 */
export async function refusalBeforeSending(
  ports: PlacePorts,
  settings: TraderSettings,
  record: OrderRecord,
): Promise<string | null> {
  if (ports.clock.nowMs() > record.intent.not_after_ms) return 'expired';
  return (
    (await gateRefusal(ports, settings)) ??
    (await accountRefusal(ports, record)) ??
    (await marketRefusal(ports, settings, record)) ??
    (await previewOf(ports, record))
  );
}

async function gateRefusal(ports: PlacePorts, settings: TraderSettings): Promise<string | null> {
  const kill = await ports.killSwitch.read();
  if (kill.kind === 'killed') return `killed: ${kill.reason}`;
  if (settings.mode === 'DRY_RUN') return 'mode is DRY_RUN';
  if (settings.mode !== 'LIVE') return null;
  const refusal = await ports.liveAuthority.refusal();
  return refusal === null ? null : `LIVE is not authorised: ${refusal}`;
}

async function accountRefusal(ports: PlacePorts, record: OrderRecord): Promise<string | null> {
  const { intent } = record;
  const account = await ports.accounts.load();
  if (account?.working[record.client_order_id] === undefined) return 'its reservation is gone';
  const frozen = account.frozen[intent.product_id];
  if (frozen !== undefined) return `frozen: ${frozen}`;
  if (intent.side === 'SELL' && heldQuantity(account, intent.product_id) < intent.quantity)
    return 'shorting_disallowed';
  return null;
}

async function marketRefusal(
  ports: PlacePorts,
  settings: TraderSettings,
  { intent }: OrderRecord,
): Promise<string | null> {
  const [quotes, product] = await Promise.all([
    ports.marketData.quotes([intent.product_id]),
    ports.marketData.product(intent.product_id),
  ]);
  if (quotes.kind !== 'ok') return `no quote: ${failureText(quotes)}`;
  if (product.kind !== 'ok') return `no product status: ${failureText(product)}`;
  const blocked = blockedBy(product.value);
  if (blocked !== null) return `product_disabled: ${blocked}`;
  const quote = quotes.value[0];
  if (quote === undefined) return 'no two-sided quote';
  const ageMs = ports.clock.nowMs() - quote.timeMs;
  const isStale = ageMs > settings.config.policy.data.max_quote_age_seconds * 1_000;
  return isStale ? `stale_quote: ${ageMs} ms old` : null;
}

function blockedBy(product: Product): string | null {
  const permissions = permissionsOf(product.flags);
  return permissions.limit ? null : (permissions.blockedBy ?? 'closed');
}
