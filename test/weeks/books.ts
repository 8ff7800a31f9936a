import { compareLedger } from '../../shared/app/ledger-check.ts';
import type { Decision } from '../../shared/core/cycle/decision.ts';
import { isProductId, type ProductId } from '../../shared/core/market/product.ts';
import { toNumber } from '../../shared/core/money/fixed.ts';
import type { Account, Position } from '../../shared/core/portfolio/account.ts';
import { positionQuantity } from '../../shared/core/portfolio/valuation.ts';
import type { Finding } from './findings.ts';
import { isLiveRefused, isOurs, type World } from './world.ts';

/** Completed cycles on a calm day after which nothing may be left as it was. */
const PATIENCE = { working: 14, outbox: 3, untracked: 8, position: 8, gap: 4, frozen: 200, told: 3, fees: 4 } as const;

/** What does not fit in the books as they are: among themselves, and against the exchange. */
export function wrongInBooks(
  world: World,
  account: Account,
  decision: Decision | null,
  fees: bigint,
): readonly Finding[] {
  return [
    ...leftOrders(world, account),
    ...frozen(world, account),
    ...gaps(world, account, decision),
    ...(decision === null ? [] : positions(world, account, decision)),
    ...wrongFees(account, fees),
  ];
}

function leftOrders({ venue }: World, { working, outbox }: Account): readonly Finding[] {
  const open = new Set(
    venue
      .open()
      .map(({ clientOrderId }) => clientOrderId)
      .filter(isOurs),
  );
  const rests = ({ status, purpose, client_order_id: id }: Account['working'][string]) =>
    status === 'WORKING' && purpose === 'protect' && open.has(id);
  const stuck = Object.values(working).filter((order) => !rests(order));
  const found = (kind: Finding['kind'], subject: string, detail: string, patience: number): Finding => ({
    kind,
    subject,
    detail,
    patience,
  });
  return [
    ...[...open]
      .filter((id) => working[id] === undefined)
      .map((id) => found('untracked', id, "open on the exchange, on nobody's list", PATIENCE.untracked)),
    ...stuck.map(({ client_order_id: id, status, purpose }) =>
      found('stuck', `${id} ${status}`, purpose, PATIENCE.working),
    ),
    ...outbox.map((id) => found('outbox', id, 'still in the outbox', PATIENCE.outbox)),
  ];
}

/** What is frozen is told, and an operator can end it. */
function frozen({ told }: World, account: Account): readonly Finding[] {
  return Object.entries(account.frozen).flatMap(([id, why]): readonly Finding[] => {
    const isTold = told.some(({ kind, subject }) => kind.startsWith('LEDGER') && subject === id);
    const lasting: Finding = { kind: 'frozen', subject: id, detail: why ?? '', patience: PATIENCE.frozen };
    const silent: Finding = {
      kind: 'silent',
      subject: id,
      detail: 'frozen, and nobody was told',
      patience: PATIENCE.told,
    };
    return isTold ? [lasting] : [lasting, silent];
  });
}

function gaps(world: World, account: Account, decision: Decision | null): readonly Finding[] {
  const { products, cash } = compareLedger(account, world.venue.balances(), 'USD');
  const isGated = decision?.gates.some(({ gate }) => gate === 'ledger') === true;
  return Object.entries(cash === null ? products : { ...products, cash })
    .filter(([subject]) => !(isGated || (isProductId(subject) && account.frozen[subject] !== undefined)))
    .map(([subject, detail]) => ({ kind: 'silent_gap', subject, detail: String(detail), patience: PATIENCE.gap }));
}

function wrongFees({ fees_paid, working }: Account, fees: bigint): readonly Finding[] {
  const isQuiet = Object.values(working).every(({ status }) => status === 'WORKING');
  if (!isQuiet || (fees_paid as bigint) === fees) return [];
  return [{ kind: 'fees', subject: 'fees', detail: `booked ${fees_paid}, paid ${fees}`, patience: PATIENCE.fees }];
}

/** A position that could be sold rests behind a stop, and goes when it has to go. */
function positions(world: World, account: Account, decision: Decision): readonly Finding[] {
  const { kill } = world;
  const isFlat = kill.kind === 'killed' && kill.flatten === true;
  if ((kill.kind === 'killed' && !isFlat) || isLiveRefused(world)) return [];
  return (Object.keys(account.positions) as ProductId[])
    .filter((id) => isSellable(world, account, id))
    .flatMap((id): readonly Finding[] => {
      const position = account.positions[id] as Position;
      const why = whyOf(decision, id);
      const unprotected = isFlat ? null : lacking(world, account, id, position);
      const isDue = isFlat || isTooOld(world, position);
      return [
        ...(isDue ? [finding('overstay', id, `${isFlat ? 'flattened' : 'too old'}: ${why}`)] : []),
        ...(unprotected === null ? [] : [finding('unprotected', id, `${unprotected}: ${why}`)]),
      ];
    });
}

function finding(kind: Finding['kind'], subject: string, detail: string): Finding {
  return { kind, subject, detail, patience: PATIENCE.position };
}

function isTooOld({ clock, config }: World, { opened_at_ms }: Position): boolean {
  return opened_at_ms < clock.nowMs() - config.decision.policy.exits.max_hold_hours * 3_600_000;
}

function lacking(world: World, account: Account, id: ProductId, { stop_price: stop }: Position): string | null {
  const quote = world.market.quote(id, world.clock.nowMs());
  const sales = Object.values(account.working).filter((order) => order.product_id === id && order.side === 'SELL');
  const isBelow = stop !== null && quote !== null && quote.bid < stop;
  if (isBelow) return sales.some(({ purpose }) => purpose === 'exit') ? null : 'below its stop, and nothing sells';
  const { exchange_protection: wanted } = world.config.decision.policy.exits;
  const isAsked = wanted !== 'none' && account.protection[id]?.refused.length !== 2;
  return isAsked && sales.length === 0 ? 'nothing rests behind it' : null;
}

function isSellable({ market, near, clock }: World, account: Account, id: ProductId): boolean {
  const listing = market.listings.find(({ productId }) => productId === id);
  if (listing === undefined || account.frozen[id] !== undefined) return false;
  const flags = near.exchange.state.flags.get(id) ?? { status: 'online' };
  const isOpen = flags.status === 'online' && !Object.values(flags).includes(true);
  const quote = market.quote(id, clock.nowMs());
  if (!isOpen || quote === null || clock.nowMs() - quote.timeMs > 1_000) return false;
  const size = positionQuantity(account.positions[id] as Position);
  return size >= listing.baseMinSize && toNumber(size) * toNumber(quote.bid) >= 2 * toNumber(listing.quoteMinSize);
}

function whyOf({ assessments, reasons, gates }: Decision, id: ProductId): string {
  const own = assessments
    .filter(({ symbol }) => symbol === id)
    .map(({ purpose, outcome, risk_reason }) => `${purpose} ${outcome} ${risk_reason ?? ''}`);
  const reason = reasons.find(({ symbol }) => symbol === id);
  return `${own.join('; ')} | ${reason?.reason ?? 'no reason'} | ${gates.map(({ gate }) => gate).join()}`;
}
