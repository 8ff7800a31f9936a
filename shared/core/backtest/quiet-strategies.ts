import type { Decision } from '../cycle/decision.ts';
import { lazyWindow } from '../indicators/anchor.ts';
import { lastClosedBarIndex } from '../market/interval.ts';
import type { ProductId } from '../market/product.ts';
import type { Account } from '../portfolio/account.ts';
import { heldSymbols } from '../portfolio/valuation.ts';
import { bindStrategies, type ReadyStrategy, type StrategyModules } from '../strategies/bind.ts';
import { askStrategy, inTime } from '../strategies/run.ts';
import type { StrategySymbol } from '../strategies/strategy.ts';
import type { Desk } from './desk.ts';
import type { Series } from './series.ts';

/**
 * What one strategy is shown, and the bar of its own interval of which it had nothing to say but, where it is late, what
 * came too late. Until the next one closes it is shown the same, and says the same.
 */
interface Member {
  readonly strategy: ReadyStrategy;
  readonly shown: readonly Shown[];
  /** Nothing is on its way, and nothing held is dust. */
  readonly holdings: readonly ProductId[];
  readonly isLate: boolean;
  silentAt: number;
}

interface Shown {
  readonly series: Series;
  readonly symbol: Omit<StrategySymbol, 'candles'>;
}

/** The strategies at work while a decision stands: asked as the decision would ask them, as long as none wants anything. */
export class Quorum {
  readonly #members: readonly Member[];
  readonly #maxSignalAgeMs: number;

  constructor(desk: Desk, modules: StrategyModules, { universe, strategies }: Decision, slotMs: number) {
    const counts = new Map(
      strategies.filter(({ status }) => status === 'ran').map((each) => [each.strategy, each.proposals_count]),
    );
    this.#maxSignalAgeMs = desk.config.signals.max_signal_age_minutes * 60_000;
    const ready = bindStrategies(desk.config.signals, modules).filter((each) => each.kind === 'ready');
    this.#members = ready
      .filter(({ name }) => counts.has(name))
      .map((strategy) => ({
        strategy,
        shown: shownTo(strategy, desk, universe),
        holdings: heldSymbols(desk.account).filter((id) => desk.account.positions[id]?.strategy === strategy.name),
        isLate: (counts.get(strategy.name) as number) > 0,
        silentAt: lastClosedBarIndex(slotMs, strategy.settings.interval),
      }));
  }

  /** false as soon as one of them wants something, or fails. */
  isSilent({ strategy_state }: Account, slotMs: number): boolean {
    return this.#members.every((member) =>
      member.isLate
        ? this.#isStillLate(member.strategy, slotMs)
        : isSilent(member, strategy_state[member.strategy.name] ?? null, slotMs),
    );
  }

  /** Until its next bar closes it wants the same, too late again. */
  #isStillLate({ settings: { interval } }: ReadyStrategy, slotMs: number): boolean {
    return !inTime({ slotMs, interval }, this.#maxSignalAgeMs);
  }
}

/** What is held is shown as well, but not while its data is unsound. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['stale_quote', 'stale_bars', 'outlier']);

/** As strategyViewOf shows them, but for the windows; ascending. */
function shownTo(
  { name }: ReadyStrategy,
  { account, config, market }: Desk,
  universe: Decision['universe'],
): readonly Shown[] {
  const records = new Map(universe.map((record) => [record.symbol, record]));
  const held = (id: ProductId) => account.positions[id]?.strategy === name;
  return [...records.keys()].sort().flatMap((productId) => {
    const series = market.series.get(productId);
    const record = records.get(productId);
    const isHeld = held(productId);
    if (series === undefined || record === undefined) return [];
    const { exclusion_reason } = record;
    if (exclusion_reason !== null && (!isHeld || NOT_SHOWN.has(exclusion_reason))) return [];
    const baseSizePct = config.policy.proposals.base_position_pct[record.tier];
    return [{ series, symbol: { productId, baseSizePct, isHeld } }];
  });
}

function isSilent(member: Member, state: Account['strategy_state'][string] | null, slotMs: number): boolean {
  const { strategy } = member;
  const { interval } = strategy.settings;
  const t = lastClosedBarIndex(slotMs, interval);
  if (t === member.silentAt) return true;
  const symbols = symbolsAt(member, t);
  try {
    const { proposals, state: next } = askStrategy(
      strategy,
      { slotMs, interval, symbols, holdings: member.holdings },
      state,
    );
    if (proposals.length > 0 || next !== null) return false;
  } catch {
    // The decision itself says what failed.
    return false;
  }
  member.silentAt = t;
  return true;
}

function symbolsAt({ strategy, shown }: Member, t: number): StrategySymbol[] {
  const symbols: StrategySymbol[] = [];
  for (const { series, symbol } of shown) {
    const history = series.histories.get(strategy.settings.interval);
    const candles = history && lazyWindow(history.whole, t, strategy.strategy.warmupBars);
    if (candles === undefined) continue;
    const { productId, baseSizePct, isHeld } = symbol;
    symbols.push({ productId, baseSizePct, candles, isHeld });
  }
  return symbols;
}
