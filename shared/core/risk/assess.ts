import type { Detail, RiskRecord } from '../cycle/decision.ts';
import type { Tier } from '../cycle/decision-config.ts';
import { AT_ONCE, entryRoute, type Routing } from '../execution/routing.ts';
import { type Sized, type SizingContext, sizeEntry, sizeExit, sizeGuard } from '../execution/sizing.ts';
import { protectionAt } from '../exits/protection.ts';
import { restingProtection } from '../exits/resting-protection.ts';
import type { Candidate } from '../integrator/candidate.ts';
import type { ProductId } from '../market/product.ts';
import { usableQuote } from '../market/staleness.ts';
import { add, type Price, portion, ratioFromPct, smaller, type Usd } from '../money/fixed.ts';
import type { ApprovedOrder, OrderIntent } from './approved-order.ts';
import { allow, deny, NO_FIGURES, type OrderDraft, type RiskRule, type Verdict } from './rule.ts';
import { expectedBps } from './rules/fee-edge.ts';
import type { RiskView } from './view.ts';

export type Assessment =
  | { readonly kind: 'approved'; readonly order: ApprovedOrder; readonly records: readonly RiskRecord[] }
  | { readonly kind: 'rejected'; readonly riskReason: string; readonly records: readonly RiskRecord[] };

/**
 * The only way to an ApprovedOrder [I1]. Runs every rule, in full detail also after a denial, so that the record shows the
 * whole picture. Where a rule allowed only less, the smaller order is judged again from the start: a cut must not slip below
 * a minimum.
 */
export function assess(
  candidate: Candidate,
  view: RiskView,
  rules: readonly RiskRule[],
  clientOrderId: string,
  detail: Detail = 'full',
): Assessment {
  if (rules.length === 0) {
    const records = [record('assess', 'deny', 'no_rules', 'no risk rules are configured')];
    return { kind: 'rejected', riskReason: 'no_rules', records };
  }
  const draft = { ...candidate, sized: sizedOf(candidate, candidate.budget, view) };
  const findings = judgeAll(draft, view, rules, detail);
  const records = [...candidate.records, ...findings.map(recordOf)];
  const [denied] = findings.flatMap(({ verdict }) => (verdict.kind === 'deny' ? [verdict.reason] : []));
  if (denied !== undefined) return { kind: 'rejected', riskReason: denied, records };

  const caps = findings.flatMap(({ verdict }) => (verdict.kind === 'cap' ? [verdict.budget] : []));
  if (caps.length === 0) return { kind: 'approved', order: mint(draft, view, clientOrderId), records };

  const budget = caps.reduce<Usd>((least, cap) => smaller(least, cap), candidate.budget);
  const cut = { ...candidate, budget, sized: sizedOf(candidate, budget, view) };
  const objections = judgeAll(cut, view, rules, detail).flatMap(objectionOf);
  const all = [...records, ...objections];
  const [first] = objections;
  return first === undefined
    ? { kind: 'approved', order: mint(cut, view, clientOrderId), records: all }
    : { kind: 'rejected', riskReason: first.risk_reason, records: all };
}

interface Finding {
  readonly rule: string;
  readonly verdict: Verdict;
}

/** In brief no further than the first denial: it names the reason, and the others only fill the record. */
function judgeAll(draft: OrderDraft, view: RiskView, rules: readonly RiskRule[], detail: Detail): readonly Finding[] {
  const findings: Finding[] = [];
  for (const rule of [...rules, sizing]) {
    const verdict = judgeSafely(rule, draft, view);
    findings.push({ rule: rule.name, verdict });
    if (detail === 'brief' && verdict.kind === 'deny') break;
  }
  return findings;
}

/** Always asked, and last: a more telling reason goes first. Without it an order of nothing could be minted. */
const sizing: RiskRule = {
  name: 'sizing',
  appliesTo: 'all',
  judge({ sized }) {
    return sized.problem === null ? allow : deny(sized.problem, 'no order can be made of it');
  },
};

/** A rule that cannot answer has not allowed. */
function judgeSafely(rule: RiskRule, draft: OrderDraft, view: RiskView): Verdict {
  if (rule.appliesTo === 'entries' && draft.purpose !== 'entry') return { kind: 'allow' };
  if (rule.appliesTo === 'trades' && draft.purpose === 'protect') return { kind: 'allow' };
  try {
    return rule.judge(draft, view);
  } catch (error) {
    return { kind: 'deny', reason: 'rule_failed', detail: error instanceof Error ? error.message : String(error) };
  }
}

function sizedOf(candidate: Candidate, budget: Usd, { config, snapshot, symbols, universe }: RiskView): Sized {
  const symbol = symbols.get(candidate.symbol);
  const context: SizingContext = {
    product: symbol?.product ?? null,
    quote: usableQuote(symbol),
    takerFee: snapshot.fees.taker,
  };
  const { execution, exits } = config.policy;
  if (candidate.guard !== undefined) return sizeGuard(candidate.quantity, candidate.guard.limit, context);
  if (candidate.side === 'SELL') return sizeExit(candidate.quantity, exits.exit_slippage_tolerance_bps, context);
  return sizeEntry(budget, execution.max_slippage_bps[tierIn(universe, candidate.symbol)], context);
}

/** A symbol without a tier is never eligible; what is tightest keeps its draft harmless. */
function tierIn(universe: RiskView['universe'], symbol: ProductId): Tier {
  return universe.get(symbol)?.tier ?? 'T1';
}

function mint(draft: OrderDraft, view: RiskView, clientOrderId: string): ApprovedOrder {
  const { snapshot, config } = view;
  const intent: OrderIntent = {
    client_order_id: clientOrderId,
    product_id: draft.symbol,
    side: draft.side,
    quantity: draft.sized.quantity,
    limit_price: draft.sized.limitPrice,
    reserved: draft.sized.reserved,
    purpose: draft.purpose,
    reason: draft.reason,
    strategy: draft.strategy,
    ...routingOf(draft, view),
    ...levelsOf(draft, view),
    slot_ms: snapshot.slotMs,
    not_after_ms: Math.floor(snapshot.asOfMs + config.policy.execution.intent_ttl_seconds * 1000),
  };
  return intent as ApprovedOrder;
}

/** An entry is sent as the policy says; a sale takes at once, and whatever rests on its coins must end first. */
function routingOf(draft: OrderDraft, view: RiskView): Routing {
  const { account, config, universe } = view;
  if (draft.purpose === 'entry') {
    const route = entryRoute(config.policy.execution, tierIn(universe, draft.symbol));
    return { ...AT_ONCE, route, expected_price: expectedPrice(draft, view) };
  }
  const replaces = restingProtection(account, draft.symbol);
  const route = draft.guard === undefined ? AT_ONCE.route : { kind: draft.guard.kind };
  return { ...AT_ONCE, route, replaces };
}

/** Where the move is made that the entry is expected to make. */
function expectedPrice({ proposal, symbol }: OrderDraft, view: RiskView): Price | null {
  const ask = usableQuote(view.symbols.get(symbol))?.ask;
  if (proposal === null || ask === undefined) return null;
  return add(ask, portion(ask, ratioFromPct(expectedBps(proposal, view) / 100), 'down'));
}

/** Stop and target of an entry, measured from the ask it is expected to fill at; the stop of protection. */
function levelsOf(
  { proposal, purpose, symbol, guard }: OrderDraft,
  view: RiskView,
): Pick<OrderIntent, 'stop_price' | 'take_profit_price'> {
  const known = view.symbols.get(symbol);
  const ask = usableQuote(known)?.ask;
  const increment = known?.product?.priceIncrement;
  if (guard !== undefined) return { stop_price: guard.stop, take_profit_price: null };
  if (purpose !== 'entry' || proposal === null || ask === undefined || increment === undefined) {
    return { stop_price: null, take_profit_price: null };
  }
  return protectionAt(ask, increment, proposal);
}

/** A cap on what was already cut is a denial. */
function objectionOf({ rule, verdict }: Finding) {
  if (verdict.kind === 'allow') return [];
  return [{ ...record(rule, 'deny', verdict.reason, verdict.detail), ...verdict.figures, risk_reason: verdict.reason }];
}

function recordOf({ rule, verdict }: Finding): RiskRecord {
  if (verdict.kind === 'allow') return { ...record(rule, 'allow', null, null), ...verdict.figures };
  if (verdict.kind === 'cap') {
    return { ...record(rule, 'cap', verdict.reason, verdict.detail), ...verdict.figures };
  }
  return { ...record(rule, 'deny', verdict.reason, verdict.detail), ...verdict.figures };
}

function record(
  rule: string,
  verdict: RiskRecord['verdict'],
  risk_reason: string | null,
  detail: string | null,
): RiskRecord {
  return { rule, verdict, risk_reason, ...NO_FIGURES, detail };
}
