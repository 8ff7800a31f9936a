import { Command } from 'commander';
import { decide } from '../../shared/core/cycle/decide.ts';
import { encodeDecision } from '../../shared/core/cycle/encode.ts';
import { funnelOf } from '../decision/funnel.ts';
import { type InputFlags, inputOptions, readInputs } from '../decision/read-inputs.ts';
import { decisionText } from '../render/funnel-view.ts';
import { paintFor } from '../render/paint.ts';

const EXAMPLES = `
The same file gives the same decision, byte for byte: what --json prints is what the cycle recorded. Nothing is ordered.
An archived cycle brings its own account and config; --stage or --config asks what another config would have done.

Examples:
  trader decide --snapshot .state/paper-synthetic-1/cycles/247t/PAPER/2025-01-06/1736121660000.json.gz --json
  trader decide --snapshot mine.json --cash 2500
  trader decide --snapshot cycle.json.gz --stage live --json`;

/** `trader decide`: one decision again, from its archived inputs or from a snapshot written by hand. */
export function decideCommand(): Command {
  const command = new Command('decide').description('decide on an archived or hand-written snapshot; orders nothing');
  for (const option of inputOptions()) command.addOption(option);
  return command
    .option('--json', 'print the decision as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((flags: InputFlags & { readonly json?: true }) => {
      const { snapshot, account, config } = readInputs(flags);
      const decision = decide(snapshot, account, config);
      if (flags.json === true) console.log(encodeDecision(decision));
      else console.log(decisionText(funnelOf(decision, snapshot), paintFor(process.stdout)));
    });
}
