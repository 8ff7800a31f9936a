import * as z from 'zod';
import { decide } from '../../../shared/core/cycle/decide.ts';
import type { DecisionConfig } from '../../../shared/core/cycle/decision-config.ts';
import { lastClosedBarIndex } from '../../../shared/core/market/interval.ts';
import type { MarketSnapshot } from '../../../shared/core/market/snapshot.ts';
import type { StrategyModule, StrategySymbol, StrategyView } from '../../../shared/core/strategies/strategy.ts';
import { type Decide, lookaheadOf } from './check.ts';
import type { Exhibit, Signal } from './exhibit.ts';
import { CONTROLS, EXHIBITS } from './exhibits.ts';
import { type History, momentOf } from './history.ts';
import { accountFor, onlyOf } from './sweep.ts';

export interface ExhibitRow {
  readonly name: string;
  readonly bias: string;
  readonly bars: number;
  readonly proposals: number;
  readonly leaks: number;
}

/** Whether the check finds what it is there to find, and nothing else. */
export interface MuseumReport {
  readonly planted: number;
  readonly caught: number;
  readonly catch_rate_pct: number;
  readonly controls: number;
  readonly false_alarms: number;
  readonly exhibits: readonly ExhibitRow[];
  readonly honest: readonly ExhibitRow[];
}

/** Each planted bias runs in place of this strategy. */
const HOST = 'donchian-breakout';

/** Runs every planted bias, and the honest controls, through the very check that the strategies go through. */
export function museumOf(
  history: History,
  config: DecisionConfig,
  bars: readonly number[],
  onExhibit: (name: string) => void = () => undefined,
): MuseumReport {
  const rowOf = (exhibit: Exhibit) => {
    onExhibit(exhibit.name);
    return exhibited(exhibit, history, config, bars);
  };
  const exhibits = EXHIBITS.map(rowOf);
  const honest = CONTROLS.map(rowOf);
  const caught = exhibits.filter(({ leaks }) => leaks > 0).length;
  return {
    planted: exhibits.length,
    caught,
    catch_rate_pct: Math.floor((caught / exhibits.length) * 100),
    controls: honest.length,
    false_alarms: honest.filter(({ leaks }) => leaks > 0).length,
    exhibits,
    honest,
  };
}

function exhibited({ name, bias, open }: Exhibit, history: History, config: DecisionConfig, bars: readonly number[]) {
  const own = onlyOf(config, HOST, history.interval);
  const settings = { ...own.signals.strategy[HOST], interval: history.interval };
  const hosting = { ...own, signals: { ...own.signals, strategy: { [HOST]: settings } } } as DecisionConfig;
  const start = accountFor(history, hosting, bars[0]);
  const report = lookaheadOf(
    (t) => momentOf(history, t),
    bars,
    start,
    () => brainWith(open(), hosting),
  );
  return { name, bias, bars: report.bars, proposals: report.proposals, leaks: report.leaks.length };
}

/** A strategy that finds a way round its view to the whole snapshot. */
function brainWith(signal: Signal, config: DecisionConfig): Decide {
  return (snapshot, account) => decide(snapshot, account, config, { [HOST]: planted(signal, snapshot) });
}

function planted(signal: Signal, snapshot: MarketSnapshot): StrategyModule {
  return {
    name: HOST,
    params: z.record(z.string(), z.unknown()),
    bind: () => ({
      name: HOST,
      warmupBars: 100,
      generateProposals: (view) => ({ proposals: proposalsOf(signal, view, snapshot), state: null }),
    }),
  };
}

function proposalsOf(signal: Signal, { symbols, interval }: StrategyView, snapshot: MarketSnapshot) {
  return symbols.flatMap(({ productId }: StrategySymbol) => {
    const bars = snapshot.symbols.find((each) => each.productId === productId)?.candles[interval];
    if (bars === undefined) return [];
    const now = bars.index.indexOf(lastClosedBarIndex(snapshot.slotMs, interval));
    const figure = signal({ bars, now, interval });
    return figure === null ? [] : [proposalOf(productId, figure)];
  });
}

function proposalOf(symbol: StrategySymbol['productId'], figure: number) {
  return {
    symbol,
    side: 'BUY' as const,
    notional_pct: 1,
    stop_loss_pct: 2,
    take_profit_pct: 4,
    conviction: 0.9,
    strategy: HOST,
    reason: 'planted',
    trigger: { figure },
  };
}
