import { applyChanges } from '../cycle/apply-changes.ts';
import { decide } from '../cycle/decide.ts';
import type { Decision } from '../cycle/decision.ts';
import type { DecisionConfig } from '../cycle/decision-config.ts';
import { barsNeeded } from '../cycle/requirements.ts';
import { entriesToWithdraw, withdrawUnsent } from '../cycle/withdraw-entries.ts';
import { INTERVAL_MS } from '../market/interval.ts';
import type { ProductId } from '../market/product.ts';
import { ALL_CLEAR, type FeeRates, type MarketSnapshot } from '../market/snapshot.ts';
import type { Usd } from '../money/fixed.ts';
import type { Account } from '../portfolio/account.ts';
import { advanceFillsCursor, openAccount, reserve } from '../portfolio/ledger.ts';
import type { CooldownPolicy } from '../portfolio/trade-memory.ts';
import type { StrategyModules } from '../strategies/bind.ts';
import { strategyModules } from '../strategies/registry.ts';
import { universeSymbols } from '../universe/members.ts';
import type { Desk, DeskEvents } from './desk.ts';
import { type BarMarket, symbolAt } from './market.ts';
import { marketBySlot, type ProductList } from './product-lists.ts';
import { Quiet, type QuietSlot } from './quiet.ts';
import { advanceResting } from './resting.ts';
import { sendOutbox, withdraw } from './sending.ts';

export interface BacktestInput {
  readonly config: DecisionConfig;
  readonly market: BarMarket;
  readonly fees: FeeRates;
  readonly cash: Usd;
  /** The first decision. Earlier bars are history. */
  readonly fromMs: number;
  /** The last bar ends here. */
  readonly toMs: number;
  readonly modules?: StrategyModules;
  /** Oldest first; before the first one the market's own products stand. */
  readonly productLists?: readonly ProductList[];
}

/** What is told while it runs. */
export interface BacktestEvents extends DeskEvents {
  /** Before the orders of the slot; at the end there is no decision any more. */
  readonly onSlot: (snapshot: MarketSnapshot, account: Account, decision: Decision | null) => void;
  /** A slot that was the same as the one before; without it each is made in full. */
  readonly onQuiet?: (slot: QuietSlot) => void;
}

export interface Backtest {
  readonly slots: number;
  /** One slot further; false when there is none left. */
  readonly step: () => boolean;
  readonly account: () => Account;
}

/**
 * The bot on recorded bars [REQ-BT1]: every slot the bar that closed is walked over the resting orders, the production
 * decision is made on closed bars only, and its orders meet the bar that begins then. Synchronous, without a clock: the
 * same input gives the same run.
 */
export function openBacktest(input: BacktestInput, events: BacktestEvents): Backtest {
  const { config, market, fromMs, toMs, modules = strategyModules } = input;
  const stepMs = INTERVAL_MS[market.baseInterval];
  const first = Math.ceil(fromMs / stepMs);
  const last = Math.floor(toMs / stepMs);
  if (last <= first) throw new RangeError('a backtest needs at least one whole bar between from and to');
  const desk = openDesk(input, first * stepMs, events);
  const quiet = events.onQuiet === undefined ? null : new Quiet(desk, modules);
  const marketAt = marketBySlot(market, input.productLists ?? []);
  let index = first;
  const step = (): boolean => {
    if (index > last) return false;
    const slotMs = index * stepMs;
    advanceResting(desk, index - 1);
    desk.market = marketAt(slotMs);
    if (index < last && isQuiet(slotMs)) {
      index += 1;
      return true;
    }
    desk.account = advanceFillsCursor(desk.account, slotMs);
    const snapshot = snapshotAt(desk, slotMs, modules);
    if (index < last) decideAndSend(desk, snapshot, modules, events);
    else events.onSlot(snapshot, desk.account, null);
    index += 1;
    return true;
  };
  return { slots: last - first + 1, step, account: () => desk.account };

  function isQuiet(slotMs: number): boolean {
    const passed = quiet?.pass(slotMs) ?? null;
    if (passed !== null) events.onQuiet?.(passed);
    return passed !== null;
  }

  function decideAndSend(at: Desk, snapshot: MarketSnapshot, known: StrategyModules, told: BacktestEvents): void {
    const decision = decide(snapshot, at.account, config, known, 'brief');
    told.onSlot(snapshot, at.account, decision);
    const before = at.account;
    const open = withdrawUnsent(applyChanges(at.account, decision.account_changes), decision);
    at.account = decision.orders.length === 0 ? open : reserve(open, decision.orders);
    const withdrawn = entriesToWithdraw(at.account, decision);
    sendOutbox(at, snapshot.slotMs);
    withdraw(at, withdrawn, snapshot.slotMs);
    quiet?.settle(snapshot, before, decision);
  }
}

function openDesk({ config, market, fees, cash }: BacktestInput, nowMs: number, events: DeskEvents): Desk {
  return {
    account: openAccount({ botId: config.botId, mode: 'PAPER', cash, external: {}, nowMs }),
    live: new Map(),
    market,
    config,
    fees,
    cooldowns: cooldownsOf(config),
    events,
  };
}

function cooldownsOf({ policy: { risk } }: DecisionConfig): CooldownPolicy {
  return {
    cooldownMs: risk.cooldown_minutes * 60_000,
    cooldownAfterWinMs: risk.per_symbol_cooldown_win_minutes * 60_000,
    cooldownAfterLossMs: risk.per_symbol_cooldown_loss_minutes * 60_000,
    cooldownAfterStopMs: risk.cooldown_after_stop_minutes * 60_000,
  };
}

/** What the live cycle would have fetched: the universe of the day, the regime's reference, and what is held or on its way. */
function snapshotAt({ config, market, fees, account }: Desk, slotMs: number, modules: StrategyModules): MarketSnapshot {
  const needs = barsNeeded(config, slotMs, modules);
  const all = new Map([...market.series.keys()].map((id) => [id, symbolAt(market, id, slotMs, needs)] as const));
  const listed = [...all.values()].flatMap(({ product }) => product ?? []);
  const held = Object.keys(account.positions) as ProductId[];
  const working = Object.values(account.working).map(({ product_id }) => product_id);
  const { reference } = config.policy.regime;
  const ids = [...new Set([...universeSymbols(config.universe, listed), reference, ...held, ...working])].sort();
  return {
    slotMs,
    asOfMs: slotMs,
    baseInterval: market.baseInterval,
    symbols: ids.map((id) => all.get(id) ?? symbolAt(market, id, slotMs, needs)),
    fees,
    conditions: ALL_CLEAR,
  };
}
