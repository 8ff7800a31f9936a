import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { type BacktestReport, reportSchema } from '../../shared/core/backtest/report-schema.ts';
import { montecarloReport } from '../research/montecarlo/montecarlo.ts';
import { montecarloPage, montecarloText } from '../research/montecarlo/montecarlo-view.ts';
import { UserError } from '../user-error.ts';
import {
  giveOut,
  type OutFlags,
  prepareOuts,
  type RedrawFlags,
  redrawOf,
  withOutFlags,
  withRedrawFlags,
} from './study-flags.ts';

interface MontecarloFlags extends OutFlags, RedrawFlags {
  readonly method: 'stationary' | 'circular';
}

const EXAMPLES = `
Takes the report of a backtest and draws its days anew in blocks, and its round trips one by one, thousands of times: how
far return, drawdown and Sharpe ratio would scatter if the same things had come in another order and number. The same seed
gives the same report. What never happened in the backtest does not happen here either (docs/research.md).

Examples:
  trader montecarlo report.json
  trader montecarlo report.json --draws 10000 --block 20 --method circular --out mc.json --html mc.html
  trader montecarlo report.json --seed 7 --json | jq .days.max_drawdown_pct`;

/** `trader montecarlo`: what else could have become of a backtest. */
export function montecarloCommand(): Command {
  const command = new Command('montecarlo')
    .description('redraw the days and round trips of a backtest, and see how far its figures scatter')
    .argument('<report>', 'a report of `trader backtest --out`')
    .addOption(
      new Option('--method <method>', 'blocks of random lengths, or all of one')
        .choices(['stationary', 'circular'])
        .default('stationary'),
    );
  return withOutFlags(withRedrawFlags(command)).addHelpText('after', EXAMPLES).action(run);
}

function run(file: string, flags: MontecarloFlags): void {
  prepareOuts(flags);
  const report = montecarloReport(readReport(file), redrawOf(flags), flags.method);
  giveOut({ report, page: () => montecarloPage(report), text: () => montecarloText(report) }, flags);
}

export function readReport(file: string): BacktestReport {
  const content = jsonIn(file);
  const read = reportSchema.safeParse(content);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new UserError(
    `${file}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}; give a report that \`trader backtest --out\` of this version wrote`,
  );
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(resolve(file), 'utf8'));
  } catch (error) {
    throw new UserError(`${file}: ${(error as Error).message}; give a report that \`trader backtest --out\` wrote`);
  }
}
