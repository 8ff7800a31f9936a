import type { Detail, UniverseRecord } from '../cycle/decision.ts';
import type { DecisionConfig, Tier } from '../cycle/decision-config.ts';
import type { WindowNeeded } from '../cycle/requirements.ts';
import type { ProductId } from '../market/product.ts';
import type { MarketSnapshot, SymbolSnapshot } from '../market/snapshot.ts';
import type { UniverseMemory } from '../portfolio/account.ts';
import { CHECKS, type Examined, type Finding } from './checks.ts';
import { isNeverTraded, namesOf, newNameOf, themeOf, tierOf } from './classify.ts';
import { universeSymbols } from './members.ts';
import { AWAITING, OUTSIDE, stepMembership } from './membership.ts';

/**
 * One record for every symbol the universe looks at, ascending: eligible for new positions, or the first reason why not,
 * and in both cases every figure with its threshold [REQ-U1]. Nothing bypasses a check: there is no list of symbols that
 * are always eligible, and a symbol that was let in is left out again in the cycle in which it fails.
 */
export function buildUniverse(
  snapshot: MarketSnapshot,
  config: DecisionConfig,
  windows: readonly WindowNeeded[],
  memory: UniverseMemory = {},
  detail: Detail = 'full',
): readonly UniverseRecord[] {
  const known = new Map(snapshot.symbols.map((symbol) => [symbol.productId, symbol]));
  const products = snapshot.symbols.flatMap(({ product }) => product ?? []);
  return universeSymbols(config.universe, products).map((id) => {
    const symbol = known.get(id);
    // Named by a tier, or found by its volume, which gives it one.
    const tier = tierOf(config.universe, id, symbol?.product) as Tier;
    const found = examine(id, symbol, { tier, snapshot, config, windows, detail });
    const { reason, figures } = found.reason === null ? awaiting(id, found, config, memory) : found;
    return {
      symbol: id,
      tier,
      theme: themeOf(config.universe, id),
      eligible: reason === null,
      exclusion_reason: reason,
      figures,
    };
  });
}

type Context = Omit<Examined, 'symbol'>;

function examine(id: ProductId, symbol: SymbolSnapshot | undefined, context: Context): Finding {
  const listedOut = ban(id, symbol, context);
  if (symbol === undefined) return listedOut ?? { reason: 'data_missing', figures: { faults: 'not_fetched' } };
  const examined = { symbol, ...context };
  if (context.detail === 'brief') return listedOut ?? firstFailure(examined);
  // Every check speaks, also after one has failed: the record shows the whole picture.
  const findings = [...(listedOut === null ? [] : [listedOut]), ...CHECKS.map((check) => check(examined))];
  return {
    reason: findings.find(({ reason }) => reason !== null)?.reason ?? null,
    figures: Object.assign({}, ...findings.map(({ figures }) => figures)) as Finding['figures'],
  };
}

function firstFailure(examined: Examined): Finding {
  for (const check of CHECKS) {
    const found = check(examined);
    if (found.reason !== null) return found;
  }
  return { reason: null, figures: {} };
}

/** What the operator's lists say, whatever the market looks like. */
function ban(id: ProductId, symbol: SymbolSnapshot | undefined, { snapshot, config }: Context): Finding | null {
  const { universe } = config;
  if (isNeverTraded(universe, id)) return { reason: 'never_trade', figures: {} };
  const names = namesOf(universe, id);
  const flag = universe.red_flags.find(
    (each) => names.includes(each.symbol) && snapshot.asOfMs < Date.parse(each.until),
  );
  if (flag !== undefined) return { reason: 'red_flag', figures: { banned_until: flag.until, ban: flag.reason } };
  const successor = newNameOf(universe, id);
  const isGone = symbol !== undefined && symbol.faults.length === 0 && symbol.product === null;
  return successor !== null && isGone ? { reason: 'renamed', figures: { renamed_to: successor } } : null;
}

/** Passing now is not enough for a newcomer. */
function awaiting(id: ProductId, found: Finding, { universe }: DecisionConfig, memory: UniverseMemory): Finding {
  const before = memory[id] ?? OUTSIDE;
  const { member, cycles } = stepMembership(before, true, universe.hysteresis);
  if (member) return found;
  const { cycles_to_enter } = universe.hysteresis;
  return { reason: AWAITING, figures: { ...found.figures, cycles_passed: cycles, cycles_to_enter } };
}
