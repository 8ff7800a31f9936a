import { Command, Option } from 'commander';
import { alertDesk } from '../../shared/adapters/alerts/alert-desk.ts';
import { fanOut, type NamedChannel } from '../../shared/adapters/alerts/fan-out.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { alertPolicyOf } from '../../shared/app/alert-policy.ts';
import { raised } from '../../shared/app/alerts.ts';
import { STAGES } from '../../shared/config/stages.ts';
import { type AlertBook, type AlertNotice, openAlerts } from '../../shared/core/alerts/alert-book.ts';
import { loneNotice } from '../../shared/core/alerts/keep-alerts.ts';
import { ALERTS_FACT, storedBook } from '../../shared/core/alerts/stored-book.ts';
import { CONFIG_DIR, stageConfig } from '../decision/read-inputs.ts';
import { stageIn } from '../local/state-dir.ts';
import { channelsOf } from '../operator/alert-channels.ts';
import { type Books, openBooks } from '../operator/books.ts';
import type { TargetFlags } from '../operator/kill-target.ts';
import { type AlertsReport, alertsText } from '../render/alerts-view.ts';
import { paintFor } from '../render/paint.ts';
import { UserError } from '../user-error.ts';

const EXAMPLES = `
What an alert means and what to do stands in the runbook, under its name. Without --open the latest that ended are listed
as well. A run on this machine must be stopped first; while it runs, its alerts stand in alerts.jsonl of its folder. On AWS
it uses the credentials of the environment.

Examples:
  trader alerts --state .state/paper-synthetic-7
  trader alerts --stage live --open --json
  trader alerts test --stage live
  trader alerts resolve ORDER_MISMATCH:BTC-USD --stage live --reason "compared: a manual order"`;

interface AlertsFlags extends TargetFlags {
  readonly open?: true;
  readonly json?: true;
}

/** `trader alerts`: what is wrong, what was, and whether anybody hears of it. */
export function alertsCommand(): Command {
  const command = new Command('alerts')
    .description('list alerts; `test` sends one through every channel, `resolve` ends one that only a person can end')
    .option('--open', 'only those that are open');
  return withTarget(command)
    .addHelpText('after', EXAMPLES)
    .action(list)
    .addCommand(
      withTarget(new Command('test').description('send one through every channel')).action((_flags, command: Command) =>
        test(command.optsWithGlobals()),
      ),
    )
    .addCommand(
      withTarget(new Command('resolve').description('end an open alert by hand'))
        .argument('<fingerprint>', 'as listed, such as ORDER_MISMATCH:BTC-USD')
        .requiredOption('--reason <text>', 'what was found; it stands in the message')
        // Options that the command above knows as well arrive there.
        .action((fingerprint: string, _flags, command: Command) => resolveOne(fingerprint, command.optsWithGlobals())),
    );
}

function withTarget(command: Command): Command {
  return command
    .option('--state <dir>', 'the state folder of a run on this machine')
    .addOption(new Option('--stage <stage>', 'a stage on AWS').choices(STAGES).conflicts('state'))
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .option('--json', 'print one JSON object');
}

const MOST_ENDED = 20;

async function list(flags: AlertsFlags): Promise<void> {
  const report = await withBooks(flags, async (books) => reportOf(books.name, await bookOf(books), flags));
  console.log(flags.json === true ? JSON.stringify(report) : alertsText(report, paintFor(process.stdout)));
}

function reportOf(target: string, book: AlertBook, { open: isOpenOnly }: AlertsFlags): AlertsReport {
  const ended = Object.values(book.alerts)
    .filter(({ status }) => status === 'resolved')
    .sort((a, b) => b.last_seen_ms - a.last_seen_ms);
  return {
    target,
    open: openAlerts(book),
    ended: isOpenOnly === true ? [] : ended.slice(0, MOST_ENDED),
    unsent: book.outbox.length,
    sla: book.sla,
  };
}

/** Exit code 1 when a channel did not take it: whoever relies on alerts must know. */
async function test(flags: TargetFlags & { readonly json?: true }): Promise<void> {
  const { alerts } = stageConfig(
    flags.config,
    flags.stage ?? (flags.state === undefined ? 'local' : stageIn(flags.state)),
  ).app;
  const channels = await channelsOf(flags, alerts);
  if (channels.length === 0) {
    throw new UserError(
      'there is no channel: name a folder (--state DIR) or a stage (--stage), or set app.alerts.webhook',
    );
  }
  const alert = raised('ALERT_TEST', 'operator', 'sent by trader alerts test', systemClock.nowMs());
  const notice = loneNotice(alert, alertPolicyOf(alerts));
  const notices = flags.stage === undefined ? [notice] : [notice, { ...notice, channel: 'escalations' } as const];
  const outcomes = await Promise.all(notices.flatMap((each) => channels.map((channel) => tried(channel, each))));
  for (const { channel, outcome } of flags.json === true ? [] : outcomes)
    console.log(`${channel.padEnd(18)} ${outcome}`);
  if (flags.json === true) console.log(JSON.stringify({ channels: outcomes }));
  if (outcomes.some(({ outcome }) => outcome !== 'sent')) process.exitCode = 1;
}

async function tried(channel: NamedChannel, notice: AlertNotice) {
  const name = channel.name === 'topic' ? `topic ${notice.channel}` : channel.name;
  try {
    await channel.send(notice);
    return { channel: name, outcome: 'sent' };
  } catch (error) {
    return { channel: name, outcome: `FAILED: ${error instanceof Error ? error.message : 'unknown error'}` };
  }
}

async function resolveOne(fingerprint: string, flags: AlertsFlags & { readonly reason: string }): Promise<void> {
  await withBooks(flags, async (books) => {
    const open = openAlerts(await bookOf(books));
    const known = open.find((record) => record.fingerprint === fingerprint);
    if (known === undefined) {
      throw new UserError(
        `${fingerprint} is not open; open are: ${open.map((one) => one.fingerprint).join(', ') || 'none'}`,
      );
    }
    const { alerts } = books.config.app;
    const channel = fanOut(await channelsOf(flags, alerts), (name) =>
      console.error(`${name} did not take the message`),
    );
    const desk = alertDesk({ facts: books.facts, channel, clock: systemClock, policy: alertPolicyOf(alerts) });
    const { kind, subject, severity } = known;
    const at_ms = Math.max(systemClock.nowMs(), known.last_seen_ms);
    await desk.notify({ status: 'resolved', kind, subject, fingerprint, severity, detail: flags.reason, at_ms });
  });
  console.log(flags.json === true ? JSON.stringify({ resolved: fingerprint }) : `${fingerprint} is resolved`);
}

async function bookOf({ facts }: Pick<Books, 'facts'>): Promise<AlertBook> {
  return storedBook(await facts.load(ALERTS_FACT)).book;
}

async function withBooks<Result>(flags: TargetFlags, look: (books: Books) => Promise<Result>): Promise<Result> {
  const books = await openBooks(flags);
  try {
    return await look(books);
  } finally {
    await books.close();
  }
}
