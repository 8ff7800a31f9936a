import type { OrderRecord } from '../core/execution/order-record.ts';
import type { OrderTerms } from '../core/execution/terms.ts';
import { type SendingMarket, termsFor } from '../core/execution/terms-for.ts';
import { type Product, permissionsOf } from '../core/market/product.ts';
import { type Quantity, smaller, toText, type Usd, ZERO_QUANTITY } from '../core/money/fixed.ts';
import type { Account } from '../core/portfolio/account.ts';
import { sellableBy } from '../core/portfolio/valuation.ts';
import type { OrderIntent } from '../core/risk/approved-order.ts';
import { failureText } from '../ports/answer.ts';
import type { PreviewTotals } from '../ports/exchange.ts';
import { configuredFees } from './configured-fees.ts';
import { killRefusal } from './kill-refusal.ts';
import type { PlacePorts, TraderSettings } from './ports.ts';

export type Prepared =
  | {
      readonly kind: 'ready';
      readonly terms: OrderTerms;
      readonly market: SendingMarket;
      /** null: it could not be asked (the coins are still held by the order that gives way). */
      readonly preview: PreviewTotals | null;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * The last assessment of an approved intent, by the worker, just before the claim. Time has passed since the decision, so
 * every gate is asked again [I4], the reservation must still stand [I3], a sale must be covered by what is held [I5], and
 * the exchange is asked what the very order would cost [REQ-X2]. A marketable order is previewed beside the fresh quote;
 * a maker's price depends on the quote, so its preview comes after.
 */
export async function prepareOrder(
  ports: PlacePorts,
  settings: TraderSettings,
  record: OrderRecord,
): Promise<Prepared> {
  const { intent } = record;
  if (ports.clock.nowMs() > intent.not_after_ms) return refused('expired');
  const [gate, account] = await Promise.all([gateRefusal(ports, settings, record), ports.accounts.load()]);
  const refusal = gate ?? accountRefusal(account, record);
  if (refusal !== null) return refused(refusal);
  const free = account === undefined ? ZERO_QUANTITY : sellableBy(account, intent, intent.replaces);
  return askMarket(ports, settings, record, free);
}

async function askMarket(
  ports: PlacePorts,
  settings: TraderSettings,
  record: OrderRecord,
  free: Quantity,
): Promise<Prepared> {
  const early = marketableTerms(record, free);
  const [market, firstPreview] = await Promise.all([
    readMarket(ports, settings, record, free),
    early === null ? null : previewOf(ports, record, early),
  ]);
  if (market.kind === 'refused') return market;
  const sending = termsFor(record.intent, market.value);
  if (sending.kind === 'refuse') return refused(sending.reason);
  const { terms } = sending;
  const preview =
    firstPreview !== null && sameTerms(early, terms) ? firstPreview : await previewOf(ports, record, terms);
  if (preview.kind === 'refused') return preview;
  return { kind: 'ready', terms, market: market.value, preview: preview.totals };
}

/** Why nothing may be sent now, whatever the order [I4]; null when nothing objects. */
async function gateRefusal(
  ports: PlacePorts,
  settings: TraderSettings,
  { intent }: OrderRecord,
): Promise<string | null> {
  const killed = killRefusal(await ports.killSwitch.read(), intent);
  if (killed !== null) return killed;
  if (settings.mode === 'DRY_RUN') return 'mode is DRY_RUN';
  if (settings.mode !== 'LIVE') return null;
  const refusal = await ports.liveAuthority.refusal();
  return refusal === null ? null : `LIVE is not authorised: ${refusal}`;
}

/** Why the books object, before the claim and, since they may have changed meanwhile, once more after it. */
export function accountRefusal(
  account: Account | undefined,
  { client_order_id, intent, terms }: OrderRecord,
): string | null {
  if (account?.working[client_order_id] === undefined) return 'its reservation is gone';
  const frozen = account.frozen[intent.product_id];
  if (frozen !== undefined) return `frozen: ${frozen}`;
  if (intent.side === 'BUY') return null;
  // What gives way may have sold a part meanwhile: then the rest is sold.
  const needed = terms?.base_size ?? (intent.replaces === null ? intent.quantity : MIN_QUANTITY);
  return sellableBy(account, intent, intent.replaces) >= needed ? null : 'shorting_disallowed';
}

type MarketNow =
  | { readonly kind: 'seen'; readonly value: SendingMarket }
  | { readonly kind: 'refused'; readonly reason: string };

async function readMarket(
  ports: PlacePorts,
  settings: TraderSettings,
  { intent }: OrderRecord,
  free: Quantity,
): Promise<MarketNow> {
  // The account's own fee decides only whether a late leg still pays.
  const [quotes, product, fees] = await Promise.all([
    ports.marketData.quotes([intent.product_id]),
    ports.marketData.product(intent.product_id),
    intent.leg > 0 ? ports.exchange.fees() : null,
  ]);
  if (quotes.kind !== 'ok') return refused(`no quote: ${failureText(quotes)}`);
  if (product.kind !== 'ok') return refused(`no product status: ${failureText(product)}`);
  const blocked = blockedBy(product.value, intent);
  if (blocked !== null) return refused(`product_disabled: ${blocked}`);
  const quote = quotes.value[0];
  if (quote === undefined) return refused('no two-sided quote');
  const { policy } = settings.config;
  const nowMs = ports.clock.nowMs();
  const ageMs = nowMs - quote.timeMs;
  if (ageMs > policy.data.max_quote_age_seconds * 1_000) return refused(`stale_quote: ${ageMs} ms old`);
  const { taker } = fees?.kind === 'ok' ? fees.value : configuredFees(settings);
  return {
    kind: 'seen',
    value: {
      product: product.value,
      quote,
      takerFee: taker,
      nowMs,
      free,
      minEdgeMultiple: policy.risk.min_edge_multiple,
    },
  };
}

/** A maker's order needs less of a market than one that takes. */
function blockedBy(product: Product, { route }: OrderIntent): string | null {
  const permissions = permissionsOf(product.flags);
  const isPermitted = route.kind === 'maker' ? permissions.postOnly : permissions.limit;
  return isPermitted ? null : (permissions.blockedBy ?? 'closed');
}

const MIN_QUANTITY = 1n as Quantity;

type Previewed =
  | { readonly kind: 'seen'; readonly totals: PreviewTotals | null }
  | Extract<Prepared, { kind: 'refused' }>;

/**
 * Warnings that speak against entering: the order is large for its market, or would push other orders over a limit that
 * the exchange keeps. A sale only reduces what is at risk, so for it they are noted on the record and nothing more.
 */
const WARNS_OFF = new Set(['BIG_ORDER', 'OPEN_ORDERS_EXCEED_COMPLIANCE_PURCHASE_LIMIT_MAY_CANCEL']);

/** A refusal, no answer, a cost above the reservation, or a warning that weighs stops the order. */
async function previewOf(ports: PlacePorts, { intent }: OrderRecord, terms: OrderTerms): Promise<Previewed> {
  const { product_id: productId, side, reserved, replaces } = intent;
  const answer = await ports.exchange.preview({ productId, side, terms });
  if (answer.kind === 'refused' && replaces !== null && isAboutFunds(answer.reasons)) {
    return { kind: 'seen', totals: null };
  }
  if (answer.kind !== 'ok') return refused(`preview: ${failureText(answer)}`);
  const objection = side === 'BUY' ? objectionTo(answer.value, reserved) : null;
  return objection === null ? { kind: 'seen', totals: answer.value } : refused(`preview: ${objection}`);
}

function objectionTo({ orderTotal, warnings }: PreviewTotals, reserved: Usd): string | null {
  if (orderTotal > reserved) return `costs ${toText(orderTotal)}, reserved ${toText(reserved)}`;
  return warnings.find((warning) => WARNS_OFF.has(warning)) ?? null;
}

/** The coins are held by the order that gives way: they are there, only not free yet. */
function isAboutFunds(reasons: readonly string[]): boolean {
  return reasons.length > 0 && reasons.every((reason) => /INSUFFICIENT_FUND|LEDGER_BALANCE/.test(reason));
}

/** A marketable order's terms do not depend on the quote. */
function marketableTerms({ intent }: OrderRecord, free: Quantity): OrderTerms | null {
  if (intent.route.kind !== 'taker') return null;
  const size = intent.side === 'BUY' ? intent.quantity : smaller(intent.quantity, free);
  return { type: 'sor_limit_ioc', base_size: size, limit_price: intent.limit_price };
}

function sameTerms(early: OrderTerms | null, terms: OrderTerms): boolean {
  return early?.base_size === terms.base_size && early.limit_price === terms.limit_price && early.type === terms.type;
}

function refused(reason: string): { readonly kind: 'refused'; readonly reason: string } {
  return { kind: 'refused', reason };
}
