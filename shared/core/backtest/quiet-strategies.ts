import type { Decision } from '../cycle/decision.ts';
import { lazyWindow } from '../indicators/anchor.ts';
import type { Candles } from '../market/candles.ts';
import { lastClosedBarIndex } from '../market/interval.ts';
import type { ProductId } from '../market/product.ts';
import type { Account } from '../portfolio/account.ts';
import { bindStrategies, type ReadyStrategy, type StrategyModules } from '../strategies/bind.ts';
import { askStrategy } from '../strategies/run.ts';
import type { StrategySymbol } from '../strategies/strategy.ts';
import type { Desk } from './desk.ts';
import type { Series } from './series.ts';

/** What one strategy is shown, and the windows of which it had nothing to say. */
interface Member {
  readonly strategy: ReadyStrategy;
  readonly shown: readonly { readonly series: Series; readonly symbol: Omit<StrategySymbol, 'candles'> }[];
  silentOn: readonly (Candles | undefined)[];
}

/** The strategies at work while a decision stands: asked as the decision would ask them, as long as none wants anything. */
export class Quorum {
  readonly #members: readonly Member[];

  constructor(desk: Desk, modules: StrategyModules, { universe, strategies }: Decision) {
    const running = new Set(strategies.filter(({ status }) => status === 'ran').map(({ strategy }) => strategy));
    const ready = bindStrategies(desk.config.signals, modules).filter((each) => each.kind === 'ready');
    this.#members = ready
      .filter(({ name }) => running.has(name))
      .map((strategy) => ({ strategy, shown: shownTo(strategy, desk, universe), silentOn: [] }));
  }

  /** false as soon as one of them wants something, or fails. */
  isSilent({ strategy_state }: Account, slotMs: number): boolean {
    return this.#members.every((member) => isSilent(member, strategy_state[member.strategy.name] ?? null, slotMs));
  }
}

/** What is held is shown as well, but not while its data is unsound. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['stale_quote', 'stale_bars', 'outlier']);

/** As strategyViewOf shows them, but for the windows; ascending. */
function shownTo({ name }: ReadyStrategy, { account, config, market }: Desk, universe: Decision['universe']) {
  const records = new Map(universe.map((record) => [record.symbol, record]));
  const held = (id: ProductId) => account.positions[id]?.strategy === name;
  return [...records.keys()].sort().flatMap((productId) => {
    const series = market.series.get(productId);
    const record = records.get(productId);
    const isHeld = held(productId);
    const isShown = record?.eligible === true || (isHeld && !NOT_SHOWN.has(record?.exclusion_reason ?? ''));
    if (series === undefined || record === undefined || !isShown) return [];
    const baseSizePct = config.policy.proposals.base_position_pct[record.tier];
    return [{ series, symbol: { productId, baseSizePct, isHeld } }];
  });
}

function isSilent(member: Member, state: Account['strategy_state'][string] | null, slotMs: number): boolean {
  const { strategy, shown } = member;
  const { interval } = strategy.settings;
  const t = lastClosedBarIndex(slotMs, interval);
  const windows = shown.map(({ series }) => {
    const history = series.histories.get(interval);
    return history && lazyWindow(history.whole, t, strategy.strategy.warmupBars);
  });
  const isKnown = windows.length > 0 && windows.every((window, i) => window === member.silentOn[i]);
  if (isKnown && member.silentOn.length === windows.length) return true;
  const symbols = shown.flatMap(({ symbol }, i): StrategySymbol[] => {
    const candles = windows[i];
    return candles === undefined ? [] : [{ ...symbol, candles }];
  });
  try {
    const { proposals, state: next } = askStrategy(strategy, { slotMs, interval, symbols }, state);
    if (proposals.length > 0 || next !== null) return false;
  } catch {
    // The decision itself says what failed.
    return false;
  }
  member.silentOn = windows;
  return true;
}
