import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Command, Option } from 'commander';
import { alertDesk } from '../../shared/adapters/alerts/alert-desk.ts';
import { fanOut } from '../../shared/adapters/alerts/fan-out.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { keySecretNames, secretsManagerVault } from '../../shared/adapters/secrets-manager/key-vault.ts';
import { alertPolicyOf } from '../../shared/app/alert-policy.ts';
import { type DailyCheck, runDailyChecks } from '../../shared/app/hygiene.ts';
import { checkKeyAges } from '../../shared/app/key-ages.ts';
import { watchLapses } from '../../shared/app/watch-lapses.ts';
import { STAGES } from '../../shared/config/stages.ts';
import { capsOf } from '../../shared/core/gates/caps.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { channelsOf } from '../operator/alert-channels.ts';
import { type Books, openBooks } from '../operator/books.ts';
import { gateBinding } from '../operator/gate-binding.ts';
import type { TargetFlags } from '../operator/kill-target.ts';

const EXAMPLES = `
On AWS a function does this once a day by itself; it uses the credentials of the environment. That function also replays
yesterday's cycles and keeps the list of products, which this command does not: see trader parity. Exits 1 when a check could not
look.

Examples:
  trader hygiene --stage live
  trader hygiene --stage paper --json`;

/** `trader hygiene`: the daily checks, now. */
export function hygieneCommand(): Command {
  return new Command('hygiene')
    .description('the daily checks of what gets old by itself: the age of the keys, and in LIVE what its gates rest on')
    .addOption(
      new Option('--stage <stage>', 'a stage on AWS')
        .choices(STAGES.filter((stage) => stage !== 'local'))
        .makeOptionMandatory(),
    )
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(flags: TargetFlags & { readonly json?: true }): Promise<void> {
  const books = await openBooks(flags, 'schedule');
  try {
    const outcomes = await runDailyChecks(await checksOf(flags, books));
    if (outcomes.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
    if (flags.json === true) console.log(JSON.stringify({ checks: outcomes }));
    else
      for (const { name, outcome, reason } of outcomes)
        console.log(`${name.padEnd(12)} ${outcome} ${reason ?? ''}`.trimEnd());
  } finally {
    await books.close();
  }
}

async function checksOf(flags: TargetFlags, { facts, config, evidence }: Books): Promise<readonly DailyCheck[]> {
  const { alerts } = config.app;
  const channel = fanOut(await channelsOf(flags, alerts), (name) => console.error(`${name} did not take the message`));
  const notifier = alertDesk({ facts, channel, clock: systemClock, policy: alertPolicyOf(alerts) });
  const vault = secretsManagerVault(new SecretsManagerClient(), keySecretNames(flags.stage ?? 'dev'));
  const ports = { vault, facts, notifier, clock: systemClock };
  const { bot_id: botId, mode } = config.app;
  const gates = { ...gateBinding(config), caps: capsOf(config.decision) };
  const ages = { name: 'key ages', run: async () => void (await checkKeyAges(ports)) };
  const lapses = { name: 'gates', run: async () => void (await watchLapses({ ...ports, evidence }, botId, gates)) };
  return mode === 'LIVE' ? [ages, lapses] : [ages];
}
