import { Command, InvalidArgumentError, Option } from 'commander';
import { openCandleStore } from '../../shared/adapters/candles/candle-store.ts';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import type { Candles } from '../../shared/core/market/candles.ts';
import { INTERVALS, type Interval } from '../../shared/core/market/interval.ts';
import type { ProductId } from '../../shared/core/market/product.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import { CONFIG_DIR, stageConfig } from '../decision/read-inputs.ts';
import { type LookaheadResult, lookaheadText } from '../render/lookahead-view.ts';
import { paintFor } from '../render/paint.ts';
import { progressBar } from '../render/progress.ts';
import { symbolsIn } from '../research/candle-inputs.ts';
import { CORRUPTIONS } from '../research/lookahead/corrupt.ts';
import { CONTROLS, EXHIBITS } from '../research/lookahead/exhibits.ts';
import { type History, historyOf } from '../research/lookahead/history.ts';
import { type MuseumReport, museumOf } from '../research/lookahead/museum.ts';
import { type SweepRow, sweepOf } from '../research/lookahead/sweep.ts';
import { UserError } from '../user-error.ts';

const EXAMPLES = `
At every bar each strategy decides with the real future behind it and with ${CORRUPTIONS.length} spoilt ones (${CORRUPTIONS.join(', ')}), flat and holding: any
difference is a leak. At every tenth bar it is also shown a longer past, which must change nothing (start-up). Then the
museum: ${EXHIBITS.length} planted biases run through the same check and must all be caught, and ${CONTROLS.length} honest ones must not be. Exits 1 on
a leak, a start-up difference, a strategy that throws, a bias that was missed, and a false alarm.

Strategies whose own bars are shorter than the data's are swept on the data's. A bar takes a few milliseconds a strategy
and symbol: --bars all over years takes hours.

Examples:
  trader lookahead --strategies all --data candles/1h --interval 1h --json
  trader lookahead --strategies donchian-breakout --data data --interval 1m --symbols BTC,ETH --bars 5000`;

interface LookaheadFlags {
  readonly strategies: string;
  readonly data: string;
  readonly interval: Interval;
  readonly symbols: string;
  readonly bars: number;
  readonly stage: Stage;
  readonly config: string;
  readonly json?: true;
}

/** `trader lookahead`: proof over every bar that no decision knows the future [I9]. */
export function lookaheadCommand(): Command {
  return new Command('lookahead')
    .description('prove on real candles that no strategy knows the future, and that the proof would find one that does')
    .option('--strategies <list>', 'names, or all', 'all')
    .requiredOption('--data <dir>', 'a folder of candles, imported or CSV')
    .addOption(new Option('--interval <interval>', 'bars of the data').choices(INTERVALS).default('1h'))
    .option('--symbols <list>', 'coins of the data', 'BTC,ETH,SOL')
    .option('--bars <n>', 'the newest so many for each strategy, or all', parseBars, 500)
    .addOption(new Option('--stage <stage>', 'whose parameters').choices(STAGES).default('local'))
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

function run(flags: LookaheadFlags): void {
  const { decision } = stageConfig(flags.config, flags.stage);
  const names = strategiesIn(flags.strategies, decision);
  const store = openCandleStore(flags.data, { quoteCurrency: 'USD' });
  const symbols = symbolsIn(flags.symbols, 'USD');
  const raw = new Map(symbols.map((symbol) => [symbol, store.load(symbol, flags.interval)] as const));
  const history = longEnough(raw, decision, flags.interval);
  const { rows, museum } = swept(history, decision, names, flags.bars);
  const result = resultOf(rows, museum, {
    interval: flags.interval,
    symbols,
    data_hash: store.dataHash(symbols, flags.interval),
  });
  if (!result.ok) process.exitCode = 1;
  console.log(flags.json === true ? JSON.stringify(result) : lookaheadText(result, paintFor(process.stdout)));
}

function strategiesIn(text: string, { signals }: DecisionConfig): readonly string[] {
  const known = Object.keys(signals.strategy).filter((name) => Object.hasOwn(strategyModules, name));
  if (text === 'all') return known;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UserError(`--strategies: there is no ${unknown}; there are ${known.join(', ')}`);
}

function longEnough(raw: ReadonlyMap<ProductId, Candles>, { signals }: DecisionConfig, interval: Interval): History {
  const wanted = Object.values(signals.strategy).map((settings) => settings.interval);
  const history = historyOf(raw, interval, ['1d', ...wanted]);
  if (history.last >= history.first) return history;
  throw new UserError(
    `the ${interval} bars that ${[...raw.keys()].join(', ')} have in common are too few: it takes 300 before and 60 behind the first decision; choose other --symbols or more data`,
  );
}

function swept(history: History, config: DecisionConfig, names: readonly string[], most: number) {
  const bars = newestBars(history, most);
  const sampled = spread(newestBars(history, Math.max(most, MUSEUM_BARS)));
  const exhibits = EXHIBITS.length + CONTROLS.length;
  const progress = progressBar({ total: names.length * bars.length + exhibits * sampled.length, unit: 'bars' });
  let done = 0;
  const advance = (by: number, label: string) => {
    done += by;
    progress.at(done, label);
  };
  try {
    const rows = names.map((name) => sweepOf(history, config, name, bars, () => advance(1, name)));
    const museum = museumOf(history, config, sampled, (name) => advance(sampled.length, name));
    return { rows, museum };
  } finally {
    progress.end();
  }
}

/** A planted bias is found within a few bars, or never: but some only where a longer bar ends. */
const MUSEUM_BARS = 24;

/** At most so many, by a step that has no measure in common with the longer bars: sooner or later it meets all their ends. */
function spread(bars: readonly number[]): readonly number[] {
  let step = Math.ceil(bars.length / MUSEUM_BARS);
  while (step % 2 === 0 || step % 3 === 0) step += 1;
  return bars.filter((_, i) => i % step === 0);
}

function newestBars({ first, last }: History, most: number): readonly number[] {
  const count = Math.min(most, last - first + 1);
  return Array.from({ length: count }, (_, i) => last - count + 1 + i);
}

function resultOf(
  rows: readonly SweepRow[],
  museum: MuseumReport,
  about: Pick<LookaheadResult, 'interval' | 'symbols' | 'data_hash'>,
): LookaheadResult {
  const sum = (of: (row: SweepRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const leaks = sum((row) => row.leaks);
  const startup_differences = sum((row) => row.startup_differences);
  const isClean = leaks === 0 && startup_differences === 0 && rows.every(({ failures }) => failures.length === 0);
  return {
    ok: isClean && museum.caught === museum.planted && museum.false_alarms === 0,
    strategies: rows.length,
    bars: sum((row) => row.bars),
    decisions: sum((row) => row.decisions),
    leaks,
    startup_differences,
    ...about,
    rows,
    museum,
  };
}

function parseBars(text: string): number {
  if (text === 'all') return Number.MAX_SAFE_INTEGER;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number above 0, or all.');
}
