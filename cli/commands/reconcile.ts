import { Command, Option } from 'commander';
import { environmentKey, KEY_VARIABLES } from '../../shared/adapters/environment-keys.ts';
import {
  type AcceptOutcome,
  acceptLedger,
  type LedgerReview,
  type ReviewOutcome,
  reviewLedger,
} from '../../shared/app/accept-ledger.ts';
import { STAGES } from '../../shared/config/stages.ts';
import { type LedgerFlags, withLedger } from '../books/open-ledger.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { exchangeUrlOption } from '../operator/exchange-url.ts';
import { UserError } from '../user-error.ts';

const EXAMPLES = `
Shows what books and exchange do not agree on, after booking every fill that explains it, and a code for just that state
of affairs. With --accept CODE the exchange is right: coins too many are left alone from then on, missing ones are taken
from those first and then from the position (at the price they were sold for by hand, else at cost), what is left of the
cash difference came in or went out, whatever was frozen thaws, and an order that the exchange does not know has ended. Nothing is placed or cancelled. No cycle may be
running. LIVE books of a stage need ${KEY_VARIABLES.view.name} and ${KEY_VARIABLES.view.privateKey}.

Examples:
  trader reconcile --stage live
  trader reconcile --stage live --accept 1f0c9a3e
  trader reconcile --state .state/paper-public-7 --json`;

interface ReconcileFlags extends LedgerFlags {
  readonly accept?: string;
  readonly json?: true;
}

/** `trader reconcile`: what the books cannot explain, and the word of an operator that settles it. */
export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description('hold the books against the exchange, and accept what an operator has looked at')
    .option('--state <dir>', 'the state folder of a local run that has ended')
    .addOption(new Option('--stage <stage>', "a deployed stage's books").choices(STAGES).conflicts('state'))
    .addOption(new Option('--table <name>', 'another table than the one that the stage names').env('TRADER_TABLE'))
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .addOption(exchangeUrlOption('connect there instead (tokens still name the configured host)'))
    .option('--accept <code>', 'the exchange is right: the code that the review has shown')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(flags: ReconcileFlags): Promise<void> {
  const { accept } = flags;
  const outcome = await withLedger(
    flags,
    environmentKey(process.env, 'view'),
    ({ ports, settings }): Promise<Outcome> =>
      accept === undefined ? reviewLedger(ports, settings) : acceptLedger(ports, settings, accept),
  );
  if (outcome.kind === 'refused') throw new UserError(outcome.reason);
  console.log(flags.json === true ? JSON.stringify(outcome) : textOf(outcome));
}

type Outcome = ReviewOutcome | AcceptOutcome;

function textOf(outcome: Exclude<Outcome, { kind: 'refused' }>): string {
  if (outcome.kind === 'accepted') {
    return `${reviewText(outcome.review)}\naccepted: the books are what the exchange has; cash is ${outcome.cash} now`;
  }
  const { code } = outcome;
  const next = code === '' ? [] : [`To take the exchange's word for it: trader reconcile ... --accept ${code}`];
  return [reviewText(outcome), ...next].join('\n');
}

function reviewText({ differences, frozen, lost_orders, foreign_fills, foreign_orders }: LedgerReview): string {
  const lines = [
    ...Object.entries(differences).map(([subject, text]) => `${subject}: ${text}`),
    ...Object.entries(frozen).map(([productId, reason]) => `${productId} is frozen: ${reason}`),
    ...lost_orders.map((text) => `not known to the exchange: ${text}`),
    ...foreign_fills.map((text) => `traded by hand: ${text}`),
    ...foreign_orders.map((text) => `rests, not placed by this bot: ${text}`),
  ];
  return lines.length === 0 ? 'books and exchange agree' : lines.join('\n');
}
