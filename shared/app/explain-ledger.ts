import type { ProductId } from '../core/market/product.ts';
import { toText, type Usd } from '../core/money/fixed.ts';
import type { Account } from '../core/portfolio/account.ts';
import { type Looked, lookForFlows } from '../core/portfolio/flows.ts';
import { advanceFillsCursor, FILL_OVERLAP_MS } from '../core/portfolio/ledger.ts';
import type { Balance } from '../ports/exchange.ts';
import { alert } from './alerts.ts';
import { reportFlows } from './flow-alerts.ts';
import { cashIn, compareLedger, isBalanced, type LedgerDifferences, measureLedger } from './ledger-check.ts';
import { bookMissedFills } from './missed-fills.ts';
import type { CyclePorts, CycleSettings, TraderSettings, TradingPorts } from './ports.ts';
import type { Reconciled } from './reconcile.ts';
import { updateAccount } from './update-account.ts';

/** Books and balances as they were read, and which orders may make them disagree. */
export interface LedgerView {
  readonly account: Account;
  readonly balances: readonly Balance[];
  /** Client order ids whose fills may not all be known. */
  readonly doubtful: ReadonlySet<string>;
  /** Of unknown fate, and twice not known to the exchange: they hide nothing any more [I7]. */
  readonly absent: ReadonlySet<string>;
}

/** A resting order may fill again while its last fill is being booked; after so many rounds the next cycle looks on. */
const MOST_ROUNDS = 3;

/** Compares, explains what can be explained, and says what is left: in the account, to the operator, to the decision. */
export async function explainLedger(
  ports: CyclePorts,
  settings: CycleSettings,
  read: LedgerView,
  fence: number,
  before: readonly string[],
): Promise<Reconciled> {
  const view = await withMissedFills(ports, settings, read, fence);
  const faults = view.isUnread === true ? [...before, 'fills_unavailable'] : before;
  const judged = await judge(ports, settings, view, fence);
  if (judged === null) {
    return { account: view.account, ledgerBreak: 'a newer owner holds the lease', broken: null, faults };
  }
  const { account, differences, verdict, flows } = judged;
  await reportFlows(ports, settings, account, flows);
  if (verdict === 'unexplained') await report(ports, account, differences);
  const isSure = verdict === 'unexplained' && view.isUnread !== true;
  return {
    account,
    ledgerBreak: cashBreak(differences, verdict),
    broken: brokenIn(account, isSure ? differences : AGREED),
    faults,
  };
}

/** Fills that could not be read may explain a difference, and so may the next look; what froze for another reason is one for good. */
function brokenIn({ frozen }: Account, { cash, products }: LedgerDifferences): string | null {
  const words = [
    ...(cash === null ? [] : [`cash: ${cash}`]),
    ...Object.entries(products).map(([productId, text]) => `${productId}: ${text}`),
    ...Object.entries(frozen).flatMap(([id, reason]) => (reason.startsWith(LEDGER_WORD) ? [] : [`${id}: ${reason}`])),
  ];
  return words.length === 0 ? null : words.join('; ');
}

/** Fills between two reads explain most differences: they are booked, and the balances read again. */
export async function withMissedFills(
  ports: TradingPorts,
  settings: TraderSettings,
  read: LedgerView,
  fence: number,
): Promise<LedgerView & { readonly isUnread?: true }> {
  let view: LedgerView = read;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { account, balances, doubtful, absent } = view;
    const books = withoutOrders(account, absent);
    if (isBalanced(compareLedger(books, balances, settings.quoteCurrency, doubtful))) return view;
    const missed = await bookMissedFills(ports, settings, view.account, fence);
    if (missed === null) return { ...view, isUnread: true };
    view = { ...view, account: missed.account, doubtful: new Set([...doubtful, ...missed.doubtful]) };
    if (!missed.hasBooked) return view;
    const again = await ports.exchange.balances();
    if (again.kind === 'ok') view = { ...view, balances: again.value };
  }
  return { ...view, doubtful: new Set([...view.doubtful, ...Object.keys(view.account.working)]) };
}

/** The books as they would be had these never been placed. */
export function withoutOrders(account: Account, clientOrderIds: ReadonlySet<string>): Account {
  if (clientOrderIds.size === 0) return account;
  const known = Object.entries(account.working).filter(([id]) => !clientOrderIds.has(id));
  return { ...account, working: Object.fromEntries(known) };
}

const AGREED: LedgerDifferences = { cash: null, products: {} };

interface Judged extends Looked {
  readonly differences: LedgerDifferences;
}

/** One write for all of it: what came in or went out, what is frozen, and what the next look must remember. */
async function judge(
  ports: CyclePorts,
  settings: CycleSettings,
  { account: start, balances, doubtful, absent }: LedgerView,
  fence: number,
): Promise<Judged | null> {
  const judgeOne = (account: Account): Judged => {
    const books = withoutOrders(account, absent);
    const { gaps, isBlind, ...found } = measureLedger(books, balances, settings.quoteCurrency, doubtful);
    const looked = lookForFlows(account, gaps, ports.clock.nowMs(), isBlind);
    const differences = looked.verdict === 'flows' ? AGREED : found.differences;
    const frozen = withFrozen(looked.account, frozenWith(looked.account, differences));
    const isProven = !isBlind && doubtful.size + absent.size === 0 && isBalanced(found.differences);
    const cash = cashIn(balances, settings.quoteCurrency);
    return { ...looked, account: isProven ? proven(frozen, cash, ports.clock.nowMs()) : frozen, differences };
  };
  let judged = judgeOne(start);
  if (judged.account === start) return judged;
  const updated = await updateAccount(
    ports.accounts,
    (stored) => {
      judged = judgeOne(stored);
      return judged.account;
    },
    fence,
  );
  return updated.kind === 'fenced' ? null : { ...judged, account: updated.account };
}

/** How far the cursor of complete reads may lag behind books that were proven by the balances. */
const CURSOR_LAG_MS = 3_600_000;

/**
 * Books that equal the balances, with no order in doubt, have every fill: the cursor may follow, and ids that nobody can
 * report any more are forgotten. Now and then only, because it is a write; without it the item would grow for ever. So would
 * what fees were rounded by, which is dust until it is taken over: a deposit that nobody made after some 20,000 fills.
 */
function proven(account: Account, cash: Usd, nowMs: number): Account {
  const provenMs = nowMs - FILL_OVERLAP_MS;
  if (provenMs - account.fills_cursor_ms < CURSOR_LAG_MS) return account;
  return advanceFillsCursor({ ...account, cash }, provenMs);
}

function cashBreak({ cash }: LedgerDifferences, verdict: Looked['verdict']): string | null {
  if (cash === null) return null;
  return verdict === 'waiting' ? `cash: ${cash}; seen once, the next look decides` : `cash: ${cash}`;
}

const LEDGER_WORD = 'ledger: ';

function withFrozen(account: Account, frozen: Account['frozen']): Account {
  return sameText(frozen, account.frozen) ? account : { ...account, frozen };
}

/** Freezes what does not agree and thaws what agrees again; a freeze for another reason stays. */
function frozenWith(account: Account, differences: LedgerDifferences): Account['frozen'] {
  const others = Object.entries(account.frozen).filter(([, reason]) => !reason.startsWith(LEDGER_WORD));
  const broken = Object.entries(differences.products).map(([id, text]) => [
    id,
    `${LEDGER_WORD}${tradedByHand(account, id as ProductId)}${text}`,
  ]);
  return Object.fromEntries([...broken, ...others]) as Record<ProductId, string>;
}

/** What somebody traded of it besides the bot, in words; '' for nothing. */
function tradedByHand({ sightings }: Account, productId: ProductId): string {
  const fills = Object.values(sightings.foreign_fills).filter((fill) => fill.product_id === productId);
  if (fills.length === 0) return '';
  const words = fills
    .slice(0, MOST_FILLS_NAMED)
    .map(
      ({ side, quantity, price, order_id }) => `${side} ${toText(quantity)} at ${toText(price)} (order ${order_id})`,
    );
  const more = fills.length > MOST_FILLS_NAMED ? [`${fills.length - MOST_FILLS_NAMED} more`] : [];
  return `traded by hand: ${[...words, ...more].join(', ')}; `;
}

const MOST_FILLS_NAMED = 3;

async function report(ports: CyclePorts, account: Account, differences: LedgerDifferences): Promise<void> {
  if (differences.cash !== null) await alert(ports, 'LEDGER_BREAK', 'cash', differences.cash);
  for (const [productId, text] of Object.entries(differences.products)) {
    const detail = `${tradedByHand(account, productId as ProductId)}${text}`;
    await alert(ports, 'LEDGER_BREAK', productId, detail);
  }
}

function sameText(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
