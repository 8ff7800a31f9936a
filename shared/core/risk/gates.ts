import type { DecisionConfig, Policy } from '../cycle/decision-config.ts';
import type { MarketSnapshot } from '../market/snapshot.ts';
import { stalenessOf, staleSymbols } from '../market/staleness.ts';
import { add, larger, portion, ratioFromPct, shareOf, subtract, toNumber, type Usd } from '../money/fixed.ts';
import type { Account } from '../portfolio/account.ts';
import { changeSince, dayStartMs, type MarksNow, rollingPeak, sessionPeak } from '../portfolio/marks.ts';
import { losingStreak } from '../portfolio/trade-memory.ts';
import { unreadWorth } from '../portfolio/unread-worth.ts';
import { pctOf } from '../portfolio/valuation.ts';
import type { Figures } from './rule.ts';

/** A condition of the whole bot, not of one symbol, under which orders are refused [I4]. */
export interface Gate {
  readonly gate:
    | 'kill'
    | 'rearmed'
    | 'clock'
    | 'exchange'
    | 'staleness'
    | 'ledger'
    | 'operator'
    | 'dead_letters'
    | 'drawdown'
    | 'daily_stop'
    | 'weekly_stop'
    | 'loss_streak';
  /** The word on every order and symbol that it stops. */
  readonly riskReason: string;
  readonly reason: string;
  /** 'all' stops exits too; 'entries' lets positions be closed. */
  readonly blocks: 'all' | 'entries';
  /** Where the account stands and where it must stop, in percent; for the record of every order that it stops. */
  readonly figures?: Figures;
}

export function gatesOf(
  snapshot: MarketSnapshot,
  config: DecisionConfig,
  equity: Usd,
  account: Account,
  marks: MarksNow,
): readonly Gate[] {
  const { killed, flattening, clockRefusal, exchangeDown, ledgerBreak, operatorSilent, deadLetters } =
    snapshot.conditions;
  const { losses, untold } = lossesNow(snapshot, config, equity, account, marks);
  return [
    killed === null ? [] : gate('kill', 'killed', killed, 'all'),
    flattening ? gate('kill', 'killed', SELLING_OUT, 'entries') : [],
    killed === null && account.halted && !flattening ? gate('rearmed', 'rearmed', FIRST_CYCLE, 'entries') : [],
    clockRefusal === null ? [] : gate('clock', 'clock', clockRefusal, 'all'),
    exchangeDown === null ? [] : gate('exchange', 'exchange_down', exchangeDown, 'all'),
    [stalenessGate(snapshot, config), unreadRegime(snapshot, config), untold].find(isActive) ?? [],
    ledgerBreak === null ? [] : gate('ledger', 'ledger', ledgerBreak, 'entries'),
    operatorSilent === null ? [] : gate('operator', 'operator_silent', operatorSilent, 'entries'),
    deadLetters === null ? [] : gate('dead_letters', 'dead_letters', deadLetters, 'entries'),
    losses,
    lossStreak(config, account, snapshot.asOfMs),
  ].flat();
}

const SELLING_OUT = 'the kill switch is pulled, and everything is sold';
const FIRST_CYCLE = 'the first cycle after the kill switch was armed again only looks';

/** From the higher of the mark and today's equity, in percent. */
export function drawdownPct(equity: Usd, highWaterMark: Usd): number {
  const peak = larger(highWaterMark, equity);
  return pctOf(subtract(peak, equity), peak) ?? 0;
}

interface Losses {
  readonly losses: readonly Gate[];
  readonly untold: readonly Gate[];
}

/**
 * What nobody has read the price of is missing in the equity: that looks like a loss, and nobody can say whether it is one. It
 * is one where what is missing cannot make up for it, and where a day has passed in which it was not read.
 */
function lossesNow(
  snapshot: MarketSnapshot,
  config: DecisionConfig,
  equity: Usd,
  account: Account,
  marks: MarksNow,
): Losses {
  const losses = lossGates(config, equity, marks).flat();
  const isToday = marks.day.start_ms === dayStartMs(snapshot.slotMs);
  if (losses.length === 0 || !isToday) return { losses, untold: [] };
  const { names, most } = unreadWorth(account, snapshot, config.policy);
  const sure = most === null ? [] : lossGates(config, add(equity, most), marks).flat();
  if (names.length === 0 || sure.length > 0) return { losses: names.length === 0 ? losses : sure, untold: [] };
  const reason = `no price was read for ${names.join(', ')}: losses cannot be told`;
  return { losses: [], untold: gate('staleness', 'stale_data', reason, 'entries') };
}

function lossGates({ policy }: DecisionConfig, equity: Usd, marks: MarksNow): readonly (readonly Gate[])[] {
  const { risk } = policy;
  return [
    drawdownGate('drawdown', equity, marks.high_water_mark, risk.max_drawdown_pct),
    drawdownGate('rolling_drawdown', equity, rollingPeak(marks), risk.max_rolling_drawdown_pct),
    drawdownGate('session_drawdown', equity, sessionPeak(marks), risk.max_session_drawdown_pct),
    lossStop('daily_stop', equity, marks.day.equity, risk.daily_stop_pnl_pct),
    lossStop('weekly_stop', equity, marks.week.equity, risk.weekly_stop_pnl_pct),
  ];
}

/**
 * Equity above this breaches no limit on losses; at or below it lossGates must say. A unit or two of the finest money away
 * from where they begin, so never on the wrong side of it.
 */
export function safeEquity({ policy }: DecisionConfig, marks: MarksNow): Usd {
  const { risk } = policy;
  const below = (mark: Usd, pct: number) => subtract(mark, portion(mark, ratioFromPct(pct), 'down'));
  const levels = [
    below(marks.high_water_mark, risk.max_drawdown_pct),
    below(rollingPeak(marks), risk.max_rolling_drawdown_pct),
    below(sessionPeak(marks), risk.max_session_drawdown_pct),
    below(marks.day.equity, -risk.daily_stop_pnl_pct),
    below(marks.week.equity, -risk.weekly_stop_pnl_pct),
  ];
  return add(
    levels.reduce((highest, level) => larger(highest, level)),
    SPARE,
  );
}

const SPARE = 2n as Usd;

function drawdownGate(riskReason: string, equity: Usd, mark: Usd, limit: number): readonly Gate[] {
  const peak = larger(mark, equity);
  // Exact: at the limit is a breach [REQ-DD1].
  if (peak <= 0n || shareOf(subtract(peak, equity), peak, 'down') < ratioFromPct(limit)) return [];
  const current = drawdownPct(equity, mark);
  const reason = `${riskReason.replace('_', ' ')} ${current} % of ${limit} % allowed`;
  return [{ gate: 'drawdown', riskReason, reason, blocks: 'entries', figures: figuresOf(riskReason, current, limit) }];
}

function lossStop(name: 'daily_stop' | 'weekly_stop', equity: Usd, anchor: Usd, limit: number): readonly Gate[] {
  const change = changeSince(anchor, equity);
  if (change > ratioFromPct(limit)) return [];
  const current = Math.round(toNumber(change) * 1e8) / 1e6;
  const since = name === 'daily_stop' ? 'day' : 'week';
  const reason = `${current} % since the ${since} began, ${limit} % allowed`;
  return [{ gate: name, riskReason: name, reason, blocks: 'entries', figures: figuresOf(name, current, limit) }];
}

/** After so many losses in a row nothing new for a while: what worked before has stopped working. */
function lossStreak({ policy }: DecisionConfig, account: Account, asOfMs: number): readonly Gate[] {
  const { cooldown_after_loss_trades: limit, loss_streak_pause_minutes: pause } = policy.risk;
  const streak = losingStreak(account, limit);
  if (streak === null) return [];
  const untilMs = streak.atMs + pause * 60_000;
  if (untilMs <= asOfMs) return [];
  // A moment, not what is left until it: the same pause reads the same in every cycle.
  const until = new Date(untilMs).toISOString();
  return gate('loss_streak', 'loss_streak', `${streak.count} losses in a row: no entries until ${until}`, 'entries');
}

function figuresOf(cap_type: string, current_pct: number, limit_pct: number): Figures {
  return { cap_type, current_pct, proposed_pct: current_pct, limit_pct };
}

/** One stale symbol is its own trouble; many at once mean that the feed has a fault [REQ-ST1]. */
function stalenessGate(snapshot: MarketSnapshot, { policy }: DecisionConfig): readonly Gate[] {
  const { stale, symbols } = staleSymbols(snapshot, policy.data);
  if (symbols === 0 || stale === 0) return [];
  if (stale === symbols) return gate('staleness', 'stale_data', 'no symbol has fresh data', 'all');
  if (isReferenceStale(snapshot, policy)) {
    return gate(
      'staleness',
      'stale_data',
      `${policy.regime.reference}, the reference of the market, is stale`,
      'entries',
    );
  }
  const limit = policy.data.max_stale_symbols_pct;
  if (stale * 100 <= limit * symbols) return [];
  return gate('staleness', 'stale_data', `${stale} of ${symbols} symbols are stale, ${limit} % allowed`, 'entries');
}

/**
 * Days that could not be read say nothing, also not that there is no crash [REQ-U3]. Days that do not exist do not stop
 * anything: then nobody can know more.
 */
function unreadRegime({ symbols }: MarketSnapshot, { policy: { regime } }: DecisionConfig): readonly Gate[] {
  const reference = symbols.find(({ productId }) => productId === regime.reference);
  const isUnread = reference !== undefined && reference.product !== null && reference.candles['1d'] === undefined;
  if (regime.override !== 'none' || !isUnread) return [];
  const reason = `the days of ${regime.reference} were not read: the regime is not known`;
  return gate('staleness', 'stale_data', reason, 'entries');
}

function isActive(gates: readonly Gate[]): boolean {
  return gates.length > 0;
}

/** The most traded market of all does not fall silent: when it seems to, nothing that is seen is to be trusted. */
function isReferenceStale({ symbols, asOfMs, baseInterval }: MarketSnapshot, { regime, data }: Policy): boolean {
  const reference = symbols.find(({ productId, product }) => product !== null && productId === regime.reference);
  return reference !== undefined && stalenessOf(reference, asOfMs, baseInterval, data) !== null;
}

function gate(name: Gate['gate'], riskReason: string, reason: string, blocks: Gate['blocks']): readonly Gate[] {
  return [{ gate: name, riskReason, reason, blocks }];
}
