import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { purgeRows } from '../../shared/adapters/dynamodb/purge.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { type FolderTable, openFolderTable } from '../operator/folder-table.ts';
import { purgeFiles } from '../operator/purge-files.ts';
import { parseUtcDay } from '../utc-time.ts';

const EXAMPLES = `
What stays, whatever its age: the account, orders that have filled (open positions, tax lots and tax exports are reckoned from
them), orders that may still fill, evidence for promotions, and the record of the newest cycle, from which a run goes on (its inputs
go with the others: trader positions has no prices until the next cycle). The run must be stopped. On AWS logs and archived inputs go
by themselves after app.retention_days; docs/data.md says how to delete them earlier.

Examples:
  trader purge --before 2026-01-01 --state .state/paper-public-7 --dry-run
  trader purge --before 2026-01-01 --state .state/paper-public-7`;

interface PurgeFlags {
  readonly before: number;
  readonly state: string;
  readonly config: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `trader purge`: deletes logs, records and archived inputs from before a date [REQ-RET1]. */
export function purgeCommand(): Command {
  return new Command('purge')
    .description('delete logs, records and archived inputs from before a date, and say what went')
    .requiredOption('--before <date>', 'a UTC date: that day and later days stay', parseUtcDay)
    .requiredOption('--state <dir>', 'the state folder of a run on this machine')
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .option('--dry-run', 'only say what would go')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(flags: PurgeFlags): Promise<void> {
  const opened = await openFolderTable(resolve(flags.state), flags.config);
  try {
    const account = await accountOf(flags, opened);
    console.log(flags.json === true ? JSON.stringify(account) : asText(account));
  } finally {
    await opened.close();
  }
}

async function accountOf(flags: PurgeFlags, { dir, client, tableName, scope, accounts }: FolderTable) {
  const purge = { beforeMs: flags.before, isDryRun: flags.dryRun === true };
  const books = await accounts.load();
  const inUse = new Set([...Object.keys(books?.working ?? {}), ...(books?.outbox ?? [])]);
  const rows = await purgeRows(client, tableName, scope, { ...purge, inUse });
  const before = new Date(flags.before).toISOString();
  return { target: dir, before, dry_run: purge.isDryRun, ...purgeFiles({ ...purge, ...scope, dir }), ...rows };
}

function asText(account: Awaited<ReturnType<typeof accountOf>>): string {
  const { target, before, dry_run, log_lines, snapshots, previous_files, cycles, orders, kept_orders } = account;
  return [
    `${dry_run ? 'would delete' : 'deleted'} from ${target} what is older than ${before}:`,
    `${String(log_lines).padStart(8)} lines of logs`,
    `${String(snapshots).padStart(8)} archived inputs of cycles`,
    `${String(previous_files).padStart(8)} files of the run before`,
    `${String(cycles).padStart(8)} cycle records`,
    `${String(orders).padStart(8)} order records without fills`,
    `${String(kept_orders).padStart(8)} older order records stay: filled, or may still fill`,
  ].join('\n');
}
