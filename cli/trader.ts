#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { CandleFileError } from '../shared/adapters/candles/csv.ts';
import { redactText } from '../shared/adapters/redact.ts';
import { COMMANDS } from './command-list.ts';
import { explained } from './remedy.ts';
import { UserError } from './user-error.ts';

const EXAMPLES = `
Examples:
  trader local                                             watch it trade on paper, on a made-up market
  trader local --mode live --exchange simulator --json     the LIVE path against the simulated exchange
  trader local --source replay --data DIR --from 2021-05-18 --to 2021-05-20
  trader strategies                                        what looks for trades, and the edge it needs
  trader explain --snapshot cycle.json.gz --symbol BTC-USD why it was bought, or was not
  trader orders                                            what is on its way, and what became of the rest
  trader parity --state .state/paper-synthetic-7           whether a replay makes the same of it
  trader config check                                      find every fault in the configuration
  trader <command> --help                                  all options of a command`;

/** The operator's command line: the command that is named, or all of them for the help. */
async function program(args: readonly string[]): Promise<Command> {
  const trader = new Command('trader')
    .description('A rules-first, spot-only trading bot for Coinbase: run it, check it, look into it.')
    .version(version(), '-V, --version')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError();
  const named = args[0] ?? '';
  const wanted = Object.hasOwn(COMMANDS, named) ? [named] : Object.keys(COMMANDS);
  for (const name of wanted) trader.addCommand(await (COMMANDS[name] as () => Promise<Command>)());
  return trader;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'));
  return String((manifest as { readonly version?: unknown }).version);
}

/** Errors are thrown up to here instead of ending the process somewhere below, and said in one way. */
function prepare(command: Command): Command {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  for (const child of command.commands) prepare(child);
  return command;
}

/** One clear line for people; with --json one object for machines as well. */
function report(error: unknown): void {
  const text = messageOf(error);
  if (text === null) return;
  const message = redactText(text);
  process.exitCode = 1;
  console.error(`error: ${message}`);
  if (process.argv.includes('--json')) console.log(JSON.stringify({ error: message }));
  if (!isExpected(error)) console.error(redactText(error instanceof Error ? (error.stack ?? '') : String(error)));
}

/** null: nothing went wrong (help and version end the same way). */
function messageOf(error: unknown): string | null {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return null;
    if (error.code === 'commander.help') return 'name a command';
    return error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
  }
  return explained(error) ?? (error instanceof Error ? error.message : String(error));
}

/** A fault of the program itself also shows where it happened. */
function isExpected(error: unknown): boolean {
  const expected = [UserError, CandleFileError, CommanderError, RangeError];
  return expected.some((kind) => error instanceof kind) || explained(error) !== undefined;
}

// Whoever reads along may stop reading (`trader local | head`): that ends the program without noise.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') console.error(`error: the output cannot be written: ${error.message}`);
    process.exit(1);
  });
}

try {
  await prepare(await program(process.argv.slice(2))).parseAsync();
} catch (error) {
  report(error);
}
