import type { DecisionConfig } from '../cycle/decision-config.ts';
import type { MarketSnapshot } from '../market/snapshot.ts';
import { stalenessOf } from '../market/staleness.ts';
import { larger, ratioFromPct, shareOf, subtract, type Usd } from '../money/fixed.ts';
import { pctOf } from '../portfolio/valuation.ts';

/** A condition of the whole bot, not of one symbol, under which orders are refused [I4]. */
export interface Gate {
  readonly gate: 'kill' | 'clock' | 'exchange' | 'staleness' | 'ledger' | 'drawdown';
  /** The word on every order and symbol that it stops. */
  readonly riskReason: string;
  readonly reason: string;
  /** 'all' stops exits too; 'entries' lets positions be closed. */
  readonly blocks: 'all' | 'entries';
}

export function gatesOf(
  snapshot: MarketSnapshot,
  config: DecisionConfig,
  equity: Usd,
  highWaterMark: Usd,
): readonly Gate[] {
  const { killed, clockRefusal, exchangeDown, ledgerBreak } = snapshot.conditions;
  return [
    killed === null ? [] : gate('kill', 'killed', killed, 'all'),
    clockRefusal === null ? [] : gate('clock', 'clock', clockRefusal, 'all'),
    exchangeDown === null ? [] : gate('exchange', 'exchange_down', exchangeDown, 'all'),
    isAllStale(snapshot, config) ? gate('staleness', 'stale_data', 'no symbol has fresh data', 'all') : [],
    ledgerBreak === null ? [] : gate('ledger', 'ledger', ledgerBreak, 'entries'),
    drawdownGate(config, equity, highWaterMark),
  ].flat();
}

/** From the higher of the mark and today's equity, in percent. */
export function drawdownPct(equity: Usd, highWaterMark: Usd): number {
  const peak = larger(highWaterMark, equity);
  return pctOf(subtract(peak, equity), peak) ?? 0;
}

function drawdownGate(config: DecisionConfig, equity: Usd, highWaterMark: Usd): readonly Gate[] {
  const peak = larger(highWaterMark, equity);
  const limit = config.policy.risk.max_drawdown_pct;
  // Exact: at the limit is a breach [REQ-DD1].
  if (peak <= 0n || shareOf(subtract(peak, equity), peak, 'down') < ratioFromPct(limit)) return [];
  const reason = `drawdown ${drawdownPct(equity, highWaterMark)} % of ${limit} % allowed`;
  return gate('drawdown', 'drawdown', reason, 'entries');
}

function isAllStale({ symbols, asOfMs, baseInterval }: MarketSnapshot, { policy }: DecisionConfig): boolean {
  return (
    symbols.length > 0 && symbols.every((symbol) => stalenessOf(symbol, asOfMs, baseInterval, policy.data) !== null)
  );
}

function gate(name: Gate['gate'], riskReason: string, reason: string, blocks: Gate['blocks']): readonly Gate[] {
  return [{ gate: name, riskReason, reason, blocks }];
}
