import { windowsNeeded } from '../../../shared/core/cycle/requirements.ts';
import { INTERVAL_MS } from '../../../shared/core/market/interval.ts';
import { usd } from '../../../shared/core/money/fixed.ts';
import { bindStrategies } from '../../../shared/core/strategies/bind.ts';
import { strategyModules } from '../../../shared/core/strategies/registry.ts';
import { UserError } from '../../user-error.ts';
import { adaptConfig } from '../backtest/adapt-config.ts';
import { readMarket, storeOf } from '../backtest/read-market.ts';
import { researchConfig } from '../backtest/stage-config.ts';
import type { StudyInputs } from './point.ts';

const DAY_MS = INTERVAL_MS['1d'];

export interface Asked {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly strategies: readonly string[] | undefined;
}

export interface StudySpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * What can be asked of the bars at hand; without --from it begins at the first midnight at which every strategy has its
 * window. Throws a UserError where data, span or strategies do not fit together.
 */
export function spanOf(inputs: StudyInputs, { from, to, strategies }: Asked): StudySpan {
  const { data: dir, interval, symbols, quote } = inputs;
  const store = storeOf(dir, interval);
  const all = { dir, interval, symbols, quote, fromMs: undefined, toMs: to, finerBars: 'none' as const, store };
  const market = readMarket(all);
  const { decision } = researchConfig(inputs.config, inputs.stage, usd(inputs.capital), inputs.changes);
  const ids = market.inputs.map(({ product }) => product.id);
  const { config } = adaptConfig(decision, { interval, symbols: ids, strategies });
  const windows = windowsNeeded(bindStrategies(config.signals, strategyModules));
  const warmupMs = windows.reduce(
    (most, each) => Math.max(most, (each.warmupBars + 1) * INTERVAL_MS[each.interval]),
    0,
  );
  const startMs = from ?? market.fromMs + Math.ceil(Math.max(warmupMs, DAY_MS) / DAY_MS) * DAY_MS;
  const midnightMs = Math.ceil(startMs / DAY_MS) * DAY_MS;
  if (from === undefined && midnightMs >= market.toMs) throw new UserError(tooShort(dir, market, warmupMs));
  const { fromMs, toMs } = readMarket({ ...all, fromMs: from ?? midnightMs });
  // On whole bars, as a backtest cuts them: windows laid end to end would lose the bar in which they meet.
  const stepMs = INTERVAL_MS[interval];
  return { fromMs: Math.ceil(fromMs / stepMs) * stepMs, toMs: Math.floor(toMs / stepMs) * stepMs };
}

function tooShort(dir: string, { fromMs, toMs }: StudySpan, warmupMs: number): string {
  const days = (ms: number) => `${Math.ceil(ms / DAY_MS)} days`;
  return (
    `${dir} has ${days(toMs - fromMs)} of bars, and the strategies look back ${days(warmupMs)} before the first decision: ` +
    'bring more bars, name other --strategies, or a --from to begin without'
  );
}
