import { type BacktestInput, openBacktest } from './engine.ts';
import { Journal } from './journal.ts';
import { type RunFacts, reportOf } from './report.ts';
import type { BacktestReport } from './report-schema.ts';

/** A whole run. `onProgress` is told after every slot and changes nothing. */
export function runBacktest(
  input: BacktestInput,
  facts: RunFacts,
  onProgress: (done: number, slots: number, symbolBars: number) => void = () => undefined,
): BacktestReport {
  const journal = new Journal(input);
  const backtest = openBacktest(input, journal);
  while (backtest.step()) onProgress(journal.slots, backtest.slots, journal.symbolBars);
  return reportOf(facts, journal, backtest.account());
}
