import type { Decision } from '../../shared/core/cycle/decision.ts';
import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import { decodeCycle } from '../../shared/core/cycle/decode.ts';
import { TIERS } from '../../shared/core/cycle/tiers.ts';
import type { MarketSnapshot } from '../../shared/core/market/snapshot.ts';
import { type Fixed, toNumber } from '../../shared/core/money/fixed.ts';
import type { Account, WorkingOrder } from '../../shared/core/portfolio/account.ts';

/** Rounding, and what a fill above the mark is worth less than it has cost. */
const TOLERANCE = 1.005;

/**
 * The caps of the requirements for one entry that has just reached the exchange, from the books at this moment and the
 * prices, rules and regime of its decision: in floating point and by other means than the risk engine's.
 */
export function brokenCaps(
  archived: string,
  config: DecisionConfig,
  account: Account,
  order: WorkingOrder,
): readonly string[] {
  const { snapshot, decision: plain } = decodeCycle(archived);
  const decision = plain as Decision;
  const { risk } = config.policy;
  const equity = Number(decision.equity);
  const multiplier = decision.regime_multiplier;
  const tierOf = (id: string) =>
    TIERS.find((tier) => config.universe.tiers[tier].symbols.some((known) => known === id));
  const themeOf = (id: string) =>
    Object.entries(config.universe.themes).find(([, symbols]) => symbols.some((known) => known === id))?.[0];
  const lines = linesOf(account, snapshot, config.policy.external_holdings !== 'ignore');
  const at = (counts: (id: string) => boolean) =>
    lines.filter(({ id }) => counts(id)).reduce((sum, { value }) => sum + value, 0);
  const id = order.product_id;
  const [tier, theme] = [tierOf(id), themeOf(id)];
  const checks: (readonly [string, number, number])[] = [
    ['total', at(() => true), risk.max_total_at_risk_pct],
    ['position', at((other) => other === id), risk.max_position_size_pct],
  ];
  if (theme !== undefined) {
    const limit = risk.max_per_theme_pct[theme] ?? risk.max_theme_exposure_pct;
    checks.push([`theme ${theme}`, at((other) => themeOf(other) === theme), limit]);
  }
  if (tier !== undefined) {
    checks.push([
      `tier ${tier}`,
      at((other) => tierOf(other) === tier),
      config.universe.tiers[tier].max_allocation_pct,
    ]);
  }
  const broken = checks.flatMap(([name, value, pct]) => {
    const limit = (equity * pct * multiplier) / 100;
    return value > limit * TOLERANCE ? [`${name}: ${value.toFixed(2)} of ${limit.toFixed(2)}`] : [];
  });
  const own = linesOf(account, snapshot, false);
  const held = new Set(own.filter(({ value }) => value > 1).map((line) => line.id));
  if (held.size > risk.max_open_positions) broken.push(`positions: ${held.size} of ${risk.max_open_positions}`);
  const notional = number(order.reserved);
  if (notional > number(risk.max_order_notional_usd) * 1.02) broken.push(`order of ${notional}`);
  if (decision.gates.length > 0) broken.push(`decided under gates: ${decision.gates.map(({ gate }) => gate).join()}`);
  return broken;
}

function linesOf(account: Account, snapshot: MarketSnapshot, countsExternal: boolean) {
  const askOf = (id: string) => {
    const symbol = snapshot.symbols.find(({ productId }) => productId === id);
    return symbol?.quote === null || symbol === undefined ? null : number(symbol.quote.ask);
  };
  const positions = Object.entries(account.positions).map(([id, position]) => {
    const lots = position?.lots ?? [];
    const size = lots.reduce((sum, lot) => sum + number(lot.quantity), 0);
    const cost = lots.reduce((sum, lot) => sum + number(lot.cost), 0);
    const ask = askOf(id);
    return { id, value: ask === null ? cost : size * ask };
  });
  const orders = Object.values(account.working)
    .filter(({ side }) => side === 'BUY')
    .map((order) => {
      const left = 1 - number(order.filled) / number(order.quantity);
      return { id: order.product_id as string, value: number(order.reserved) * Math.max(0, left) };
    });
  const external = countsExternal
    ? Object.entries(account.external).map(([base, amount]) => ({
        id: `${base}-USD`,
        value: number(amount) * (askOf(`${base}-USD`) ?? 0),
      }))
    : [];
  return [...positions, ...orders, ...external];
}

function number(value: Fixed<string>): number {
  return toNumber(value);
}
