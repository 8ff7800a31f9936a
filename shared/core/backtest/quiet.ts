import type { Decision } from '../cycle/decision.ts';
import { barsNeeded, type WindowNeeded, windowsNeeded } from '../cycle/requirements.ts';
import { lastClosedBarIndex } from '../market/interval.ts';
import type { ProductId } from '../market/product.ts';
import type { MarketSnapshot } from '../market/snapshot.ts';
import type { Usd } from '../money/fixed.ts';
import type { Account, Marks } from '../portfolio/account.ts';
import { dayStartMs, type MarksNow, marksAt } from '../portfolio/marks.ts';
import { losingStreak } from '../portfolio/trade-memory.ts';
import { heldSymbols, workingOrders } from '../portfolio/valuation.ts';
import { regimeOf } from '../regime/regime.ts';
import { safeEquity } from '../risk/gates.ts';
import { bindStrategies, hasAuthority, type StrategyModules } from '../strategies/bind.ts';
import type { Desk } from './desk.ts';
import { type BarMarket, knownAt, symbolAt } from './market.ts';
import { isIdle, isResting, isSettled } from './quiet-conditions.ts';
import { type Held, heldAt, type StandingPosition, standingPositions, withPeaks } from './quiet-positions.ts';
import { Quorum } from './quiet-strategies.ts';
import { type StandingSymbol, standingSymbols, stands } from './quiet-symbol.ts';
import type { Series } from './series.ts';

/** A slot in which nothing was wanted, due or refused: all that a journal has to be told of it. */
export interface QuietSlot {
  readonly slotMs: number;
  readonly equity: Usd;
  readonly account: Account;
  /** The decision that stands since. */
  readonly decision: Decision;
  /** How many symbols of the snapshot were listed. */
  readonly listed: number;
  /** The newest close of the regime's reference; null where it is not listed. */
  readonly close: () => number | null;
  /** Every position at what it would fetch, ascending by symbol. */
  readonly values: () => readonly (readonly [ProductId, Usd])[];
}

/** What stood when the last whole decision was made. While nothing of it moves, the next decision is the same one. */
interface Stance {
  readonly decision: Decision;
  readonly market: BarMarket;
  readonly symbols: readonly StandingSymbol[];
  readonly positions: readonly StandingPosition[];
  readonly listed: number;
  /** A pause after losses, or a ban, ends here. */
  readonly untilMs: number;
  readonly quorum: Quorum | null;
  dayStartMs: number;
  account: Account;
  safe: Usd;
}

/**
 * Most slots of most backtests change nothing: no order is wanted or under way, no level is reached. `pass` recognises them
 * without making a snapshot or a decision, by plain figures where those are sure and by the production code where it is
 * cheap; whatever is not sure is decided in full. A report with quiet slots is that without them, byte for byte
 * (quiet.test.ts).
 */
export class Quiet {
  readonly #desk: Desk;
  readonly #windows: readonly WindowNeeded[];
  readonly #modules: StrategyModules;
  readonly #isPossible: boolean;
  readonly #reference: Series | undefined;
  #stance: Stance | null = null;

  constructor(desk: Desk, modules: StrategyModules) {
    const { signals, universe, policy } = desk.config;
    const bound = bindStrategies(signals, modules);
    this.#desk = desk;
    this.#modules = modules;
    this.#reference = desk.market.series.get(policy.regime.reference);
    this.#windows = windowsNeeded(bound.filter(hasAuthority));
    const isSteady = bound.every(
      (each) => each.kind === 'disabled' || (each.kind === 'ready' && !each.settings.shadow),
    );
    this.#isPossible = isSteady && !universe.discovery.enabled && policy.external_holdings === 'ignore';
  }

  /** After a whole decision: whether the slots behind it may be quiet. `before`: the account that it was made on. */
  settle(snapshot: MarketSnapshot, before: Account, decision: Decision): void {
    const { account } = this.#desk;
    this.#stance = null;
    if (!this.#isPossible || !isIdle(decision) || !isResting(account) || !isSettled(before, account)) return;
    const isGated = decision.gates.length > 0;
    const hasPositions = heldSymbols(account).length > 0;
    if (isGated && (hasPositions || workingOrders(account).length > 0 || account.halted)) return;
    const positions = standingPositions(this.#desk, decision);
    if (positions === null) return;
    const symbols = standingSymbols(this.#desk, snapshot, decision);
    this.#stance = {
      decision,
      account,
      market: this.#desk.market,
      symbols,
      positions,
      dayStartMs: dayStartMs(snapshot.slotMs),
      listed: symbols.filter(({ isListed }) => isListed).length,
      untilMs: Math.min(this.#pauseEndMs(account, snapshot.slotMs), this.#banEndMs(snapshot.slotMs)),
      quorum: isGated ? null : new Quorum(this.#desk, this.#modules, decision, snapshot.slotMs),
      safe: this.#safeOf(account, decision),
    };
  }

  /** null: not quiet, or not surely so. Else the account has moved on by what a decision would have changed. */
  pass(slotMs: number): QuietSlot | null {
    const stance = this.#stance;
    const { account } = this.#desk;
    if (stance === null || account !== stance.account || this.#desk.market !== stance.market) return null;
    if (slotMs >= stance.untilMs || !this.#isDayStanding(stance, slotMs)) return null;
    const { market, symbols, positions } = stance;
    const context = { market, config: this.#desk.config, windows: this.#windows };
    if (!symbols.every((symbol) => stands(symbol, slotMs, context))) return null;
    const held = heldAt(this.#desk, positions, slotMs);
    if (held === null) return null;
    const marked = this.#markedAt(stance, account, held.equity, slotMs);
    // Under a gate nothing is held, and strategies are shown nothing.
    if (stance.quorum !== null && (held.equity <= marked.safe || !stance.quorum.isSilent(account, slotMs))) return null;
    this.#moveOn(stance, held, marked, slotMs);
    return this.#slotOf(stance, held, slotMs);
  }

  #slotOf({ decision, listed, positions }: Stance, { equity, values }: Held, slotMs: number): QuietSlot {
    const close = () => {
      const reference = this.#reference;
      const known = reference === undefined ? null : knownAt(reference, this.#lastClosed(slotMs));
      return known === null ? null : ((reference as Series).base.close[known.at] as number);
    };
    const { account } = this.#desk;
    const pairs = () => positions.map(({ id }, i) => [id, values[i] as Usd] as const);
    return { slotMs, equity, account, decision, listed, close, values: pairs };
  }

  /** A new day is a new daily close: where the regime may be another one, or a gate may open, it is decided in full. */
  #isDayStanding({ dayStartMs: known, quorum, decision }: Stance, slotMs: number): boolean {
    if (this.#reference !== undefined && this.#hasEnded(this.#reference, slotMs)) return false;
    if (dayStartMs(slotMs) === known) return true;
    const { policy } = this.#desk.config;
    if (quorum === null) return false;
    if (policy.regime.override !== 'none') return true;
    const needs = barsNeeded(this.#desk.config, slotMs, this.#modules);
    const reference = symbolAt(this.#desk.market, policy.regime.reference, slotMs, needs);
    return regimeOf(policy, { slotMs, symbols: [reference] }).name === decision.regime;
  }

  #pauseEndMs(account: Account, slotMs: number): number {
    const { cooldown_after_loss_trades: limit, loss_streak_pause_minutes: pause } = this.#desk.config.policy.risk;
    const streak = losingStreak(account, limit);
    const untilMs = streak === null ? 0 : streak.atMs + pause * 60_000;
    return untilMs > slotMs ? untilMs : Number.POSITIVE_INFINITY;
  }

  /** Of the next ban that ends. */
  #banEndMs(slotMs: number): number {
    const ends = this.#desk.config.universe.red_flags.map(({ until }) => Date.parse(until));
    return Math.min(...ends.filter((endMs) => endMs > slotMs));
  }

  #hasEnded({ base }: Series, slotMs: number): boolean {
    return (base.index[base.length - 1] as number) < this.#lastClosed(slotMs);
  }

  #lastClosed(slotMs: number): number {
    return lastClosedBarIndex(slotMs, this.#desk.market.baseInterval);
  }

  #safeOf({ high_water_mark, marks }: Account, { gates }: Decision): Usd {
    return gates.length > 0 || marks === null
      ? NO_EQUITY
      : safeEquity(this.#desk.config, { high_water_mark, ...marks });
  }

  /** The marks as a decision would bring them to this slot; null while they stand: none is lower than the peak of today. */
  #markedAt(stance: Stance, account: Account, equity: Usd, slotMs: number): Marked {
    const isSameDay = dayStartMs(slotMs) === stance.dayStartMs;
    if (isSameDay && equity <= ((account.marks as Marks).peaks[String(stance.dayStartMs)] as Usd)) {
      return { marks: null, safe: stance.safe };
    }
    const { config } = this.#desk;
    const marks = marksAt(account, equity, slotMs, config.policy.risk.rolling_drawdown_days);
    return { marks, safe: safeEquity(config, marks) };
  }

  #moveOn(stance: Stance, { peaks }: Held, { marks, safe }: Marked, slotMs: number): void {
    const desk = this.#desk;
    desk.account = withPeaks(desk.account, peaks);
    if (marks !== null) {
      const { high_water_mark, ...moved } = marks;
      desk.account = { ...desk.account, high_water_mark, marks: moved };
    }
    stance.account = desk.account;
    stance.safe = safe;
    stance.dayStartMs = dayStartMs(slotMs);
  }
}

interface Marked {
  readonly marks: MarksNow | null;
  readonly safe: Usd;
}

const NO_EQUITY = 0n as Usd;
