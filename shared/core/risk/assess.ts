import type { RiskRecord } from '../cycle/decision.ts';
import { type Sized, type SizingContext, sizeEntry, sizeExit } from '../execution/sizing.ts';
import { protectionAt } from '../exits/protection.ts';
import type { Candidate } from '../integrator/candidate.ts';
import { usableQuote } from '../market/staleness.ts';
import { smaller, type Usd } from '../money/fixed.ts';
import type { ApprovedOrder, OrderIntent } from './approved-order.ts';
import { allow, deny, NO_FIGURES, type OrderDraft, type RiskRule, type Verdict } from './rule.ts';
import type { RiskView } from './view.ts';

export type Assessment =
  | { readonly kind: 'approved'; readonly order: ApprovedOrder; readonly records: readonly RiskRecord[] }
  | { readonly kind: 'rejected'; readonly riskReason: string; readonly records: readonly RiskRecord[] };

/**
 * The only way to an ApprovedOrder [I1]. Runs every rule, also after a denial, so that the record shows the whole
 * picture. Where a rule allowed only less, the smaller order is judged again from the start: a cut must not slip below
 * a minimum.
 */
export function assess(
  candidate: Candidate,
  view: RiskView,
  rules: readonly RiskRule[],
  clientOrderId: string,
): Assessment {
  if (rules.length === 0) return rejected([record('assess', 'deny', 'no_rules', 'no risk rules are configured')]);
  const draft = { ...candidate, sized: sizedOf(candidate, candidate.budget, view) };
  const findings = judgeAll(draft, view, rules);
  const records = [...candidate.records, ...findings.map(recordOf)];
  if (findings.some(({ verdict }) => verdict.kind === 'deny')) return rejected(records);

  const caps = findings.flatMap(({ verdict }) => (verdict.kind === 'cap' ? [verdict.budget] : []));
  if (caps.length === 0) return { kind: 'approved', order: mint(draft, view, clientOrderId), records };

  const budget = caps.reduce<Usd>((least, cap) => smaller(least, cap), candidate.budget);
  const cut = { ...candidate, budget, sized: sizedOf(candidate, budget, view) };
  const objections = judgeAll(cut, view, rules).filter(({ verdict }) => verdict.kind !== 'allow');
  const all = [...records, ...objections.map((objection) => ({ ...recordOf(objection), verdict: 'deny' as const }))];
  return objections.length > 0
    ? rejected(all)
    : { kind: 'approved', order: mint(cut, view, clientOrderId), records: all };
}

interface Finding {
  readonly rule: string;
  readonly verdict: Verdict;
}

function judgeAll(draft: OrderDraft, view: RiskView, rules: readonly RiskRule[]): readonly Finding[] {
  return [...rules, sizing].map((rule) => ({ rule: rule.name, verdict: judgeSafely(rule, draft, view) }));
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
  if (rule.appliesTo === 'entries' && draft.purpose === 'exit') return { kind: 'allow' };
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
  if (candidate.side === 'SELL') return sizeExit(candidate.quantity, exits.exit_slippage_tolerance_bps, context);
  // A symbol without a tier is never eligible; the tightest slippage keeps its draft harmless.
  const slippage = execution.max_slippage_bps[universe.get(candidate.symbol)?.tier ?? 'T1'];
  return sizeEntry(budget, slippage, context);
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
    ...protectionOf(draft, view),
    slot_ms: snapshot.slotMs,
    not_after_ms: Math.floor(snapshot.asOfMs + config.policy.execution.intent_ttl_seconds * 1000),
  };
  return intent as ApprovedOrder;
}

function protectionOf(
  { proposal, purpose, symbol }: OrderDraft,
  view: RiskView,
): Pick<OrderIntent, 'stop_price' | 'take_profit_price'> {
  const known = view.symbols.get(symbol);
  const ask = usableQuote(known)?.ask;
  const increment = known?.product?.priceIncrement;
  if (purpose === 'exit' || proposal === null || ask === undefined || increment === undefined) {
    return { stop_price: null, take_profit_price: null };
  }
  return protectionAt(ask, increment, proposal);
}

function rejected(records: readonly RiskRecord[]): Assessment {
  const first = records.find(({ verdict }) => verdict === 'deny');
  return { kind: 'rejected', riskReason: first?.risk_reason ?? 'denied', records };
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
