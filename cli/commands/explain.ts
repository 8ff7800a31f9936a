import { Command } from 'commander';
import { canonicalJson } from '../../shared/core/cycle/canonical-json.ts';
import { decide } from '../../shared/core/cycle/decide.ts';
import { funnelOf } from '../decision/funnel.ts';
import { type InputFlags, inputOptions, readInputs } from '../decision/read-inputs.ts';
import { funnelText } from '../render/funnel-view.ts';
import { paintFor } from '../render/paint.ts';
import { UserError } from '../user-error.ts';

const EXAMPLES = `
From top to bottom: which symbols were eligible, what each strategy proposed, what budgets left of it, what every risk
rule said with its figures, what was ordered, and the one reason of every symbol.

Examples:
  trader explain --snapshot .state/paper-synthetic-1/cycles/247t/PAPER/2025-01-06/1736121660000.json.gz
  trader explain --snapshot cycle.json.gz --symbol BTC-USD
  trader explain --snapshot mine.json --stage paper --json`;

type ExplainFlags = InputFlags & { readonly symbol?: string; readonly json?: true };

/** `trader explain`: the way from the universe to the orders of one cycle, for a person. */
export function explainCommand(): Command {
  const command = new Command('explain').description(
    'show how a decision came about: universe, proposals, risk, orders',
  );
  for (const option of inputOptions()) command.addOption(option);
  return command
    .option('--symbol <symbol>', 'only what concerns this symbol, such as BTC-USD')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(explain);
}

function explain(flags: ExplainFlags): void {
  const { snapshot, account, config } = readInputs(flags);
  const decision = decide(snapshot, account, config);
  const funnel = funnelOf(decision, snapshot, flags.symbol);
  if (flags.symbol !== undefined && funnel.reasons.length === 0) {
    const known = decision.reasons.map(({ symbol }) => symbol);
    throw new UserError(`${flags.symbol} is in no tier and not held; there are: ${known.join(', ')}`);
  }
  console.log(flags.json === true ? canonicalJson(funnel) : funnelText(funnel, paintFor(process.stdout)));
}
