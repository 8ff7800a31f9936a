import type { Decision } from '../cycle/decision.ts';
import { barsNeeded, type WindowNeeded, windowsNeeded } from '../cycle/requirements.ts';
import { exitReason } from '../exits/exit-kit.ts';
import { type StopLevels, stopLevels } from '../exits/stop-levels.ts';
import { INTERVAL_MS, lastClosedBarIndex } from '../market/interval.ts';
import type { ProductId } from '../market/product.ts';
import type { MarketSnapshot } from '../market/snapshot.ts';
import { add, fromNumber, larger, notional, type Price, price, type Quantity, type Usd } from '../money/fixed.ts';
import type { Account, Position } from '../portfolio/account.ts';
import { dayStartMs, type MarksNow, marksAt } from '../portfolio/marks.ts';
import { losingStreak } from '../portfolio/trade-memory.ts';
import { heldSymbols, positionQuantity, workingOrders } from '../portfolio/valuation.ts';
import { regimeOf } from '../regime/regime.ts';
import { safeEquity } from '../risk/gates.ts';
import { bindStrategies, hasAuthority, type StrategyModules } from '../strategies/bind.ts';
import type { Desk } from './desk.ts';
import { type BarMarket, bidAt, knownAt, symbolAt } from './market.ts';
import { isIdle, isResting, isSettled } from './quiet-conditions.ts';
import { Quorum } from './quiet-strategies.ts';
import { type Standing, staleReason, standingOf, UNSURE } from './quiet-symbol.ts';
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

interface StandingSymbol {
  readonly series: Series;
  readonly record: Decision['universe'][number] | undefined;
  readonly isListed: boolean;
  readonly isStale: boolean;
}

/** While nothing is bought or sold a position's size and levels stand; its peak moves. */
interface StandingPosition {
  readonly id: ProductId;
  readonly series: Series;
  readonly quantity: Quantity;
  readonly levels: StopLevels;
}

const FINEST_PRICE = price('0.000000000001');
/** What lists and flags say does not change with the bars: of a ban only its end does, of a new name only a listing. */
const FIXED_REASONS: ReadonlySet<string> = new Set(['never_trade', 'product_disabled', 'red_flag', 'renamed']);

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
    if (!this.#isHeldSteadily(account, new Set(decision.universe.map(({ symbol }) => symbol)))) return;
    const symbols = this.#symbolsOf(snapshot, decision);
    const positions = this.#positionsOf(account, decision.regime === 'crash');
    if (positions === null) return;
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
    if (!stance.symbols.every((symbol) => this.#stands(symbol, slotMs))) return null;
    const held = this.#heldAt(stance, account, slotMs);
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
      const known = reference && knownAt(reference, this.#lastClosed(slotMs));
      return known ? (reference?.base.close[known.at] ?? null) : null;
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

  #symbolsOf(snapshot: MarketSnapshot, { universe }: Decision): readonly StandingSymbol[] {
    const records = new Map(universe.map((record) => [record.symbol, record]));
    const symbols: StandingSymbol[] = [];
    for (const { productId, product, lastTradedBarIndex } of snapshot.symbols) {
      const series = this.#desk.market.series.get(productId);
      const record = records.get(productId);
      if (series === undefined) continue;
      const isStale =
        lastTradedBarIndex !== null &&
        staleReason(lastTradedBarIndex, snapshot.slotMs, this.#desk.market, this.#desk.config) !== null;
      symbols.push({ series, record, isListed: product !== null, isStale });
    }
    return symbols;
  }

  /** Trailing stops move with every bar, and the order that rests for them too: those are decided in full. */
  #isHeldSteadily(account: Account, universe: ReadonlySet<ProductId>): boolean {
    const { trailing_stop_pct, trailing_stop_atr } = this.#desk.config.policy.exits;
    const held = heldSymbols(account);
    if (held.length === 0) return true;
    const isSteady = trailing_stop_pct === 0 && trailing_stop_atr === 0 && Object.keys(account.protection).length === 0;
    const isKnown = (id: ProductId) => account.positions[id]?.peak_price !== undefined && universe.has(id);
    return isSteady && held.every(isKnown);
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

  #stands({ series, record, isListed, isStale }: StandingSymbol, slotMs: number): boolean {
    const { market, config } = this.#desk;
    const known = knownAt(series, this.#lastClosed(slotMs));
    if ((known !== null) !== isListed) return false;
    if (known !== null && (staleReason(known.tradedIndex, slotMs, market, config) !== null) !== isStale) return false;
    if (record === undefined || FIXED_REASONS.has(record.exclusion_reason ?? '')) return true;
    const context = { market, config, windows: this.#windows };
    const standing: Standing = standingOf(series, record.tier, slotMs, context);
    return standing !== UNSURE && standing === record.exclusion_reason;
  }

  /** null where one is too small to be traded, or of a product without bars. */
  #positionsOf(account: Account, isCrash: boolean): readonly StandingPosition[] | null {
    const { exits } = this.#desk.config.policy;
    const positions: StandingPosition[] = [];
    for (const id of heldSymbols(account)) {
      const position = account.positions[id] as Position;
      const series = this.#desk.market.series.get(id);
      const quantity = positionQuantity(position);
      if (series === undefined || quantity < series.product.baseMinSize) return null;
      positions.push({ id, series, quantity, levels: stopLevels(position, { exits, isCrash, peak: null, atr: null }) });
    }
    return positions;
  }

  /** null where a level is reached, or a position is too small to be one. */
  #heldAt({ positions }: Stance, account: Account, slotMs: number): Held | null {
    const { market, config } = this.#desk;
    const maxHoldMs = config.policy.exits.max_hold_hours * 3_600_000;
    let equity = account.cash;
    const values: Usd[] = [];
    const peaks: [ProductId, Price][] = [];
    for (const { id, series, quantity, levels } of positions) {
      const position = account.positions[id] as Position;
      const known = knownAt(series, this.#lastClosed(slotMs));
      if (known === null) return null;
      const bid = bidAt(market, series, known.at, slotMs);
      const value = notional(quantity, bid, 'down');
      if (value < series.product.quoteMinSize || exitReason(position, levels, bid, slotMs, maxHoldMs) !== null)
        return null;
      equity = add(equity, value);
      values.push(value);
      const peak = larger(larger(position.peak_price ?? bid, bid), this.#closeSince(position, series, known.at));
      if (peak !== position.peak_price) peaks.push([id, peak]);
    }
    return { equity, values, peaks };
  }

  /** Of the newest bar, where it began after the entry. */
  #closeSince({ opened_at_ms }: Position, { base }: Series, at: number): Price {
    const startMs = (base.index[at] as number) * INTERVAL_MS[this.#desk.market.baseInterval];
    return startMs < opened_at_ms ? NOTHING : fromNumber(base.close[at] as number, FINEST_PRICE, 'down');
  }

  /** The marks as a decision would bring them to this slot; null while they stand: none is lower than the peak of today. */
  #markedAt(stance: Stance, account: Account, equity: Usd, slotMs: number): Marked {
    const isSameDay = dayStartMs(slotMs) === stance.dayStartMs;
    if (isSameDay && equity <= (account.marks?.peaks[String(stance.dayStartMs)] ?? NO_EQUITY)) {
      return { marks: null, safe: stance.safe };
    }
    const { config } = this.#desk;
    const marks = marksAt(account, equity, slotMs, config.policy.risk.rolling_drawdown_days);
    return { marks, safe: safeEquity(config, marks) };
  }

  #moveOn(stance: Stance, { peaks }: Held, { marks, safe }: Marked, slotMs: number): void {
    const desk = this.#desk;
    if (peaks.length > 0) {
      const risen = peaks.map(([id, peak_price]) => [id, { ...desk.account.positions[id], peak_price }] as const);
      desk.account = { ...desk.account, positions: { ...desk.account.positions, ...Object.fromEntries(risen) } };
    }
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

interface Held {
  readonly equity: Usd;
  /** Of the positions, one each. */
  readonly values: readonly Usd[];
  /** Where they rose. */
  readonly peaks: readonly (readonly [ProductId, Price])[];
}

const NOTHING = price('0');
const NO_EQUITY = 0n as Usd;
