import { readFileSync } from 'node:fs';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Command, Option } from 'commander';
import { coinbaseExchange } from '../../shared/adapters/coinbase/exchange.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { keySecretNames, secretsManagerVault } from '../../shared/adapters/secrets-manager/key-vault.ts';
import { apiKeyFrom } from '../../shared/adapters/secrets-manager/secrets.ts';
import { loadKeyAges } from '../../shared/app/key-ages.ts';
import { type RotatePorts, type Rotation, rotateKey } from '../../shared/app/rotate-key.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import { KEY_PURPOSES, type KeyAges, secretAgeVerdict } from '../../shared/core/secrets/key-age.ts';
import type { ApiKey, KeyPurpose } from '../../shared/ports/secrets.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { openBooks } from '../operator/books.ts';
import { exchangeUrlOption } from '../operator/exchange-url.ts';
import { probeClient } from '../operator/probe-client.ts';
import { UserError } from '../user-error.ts';

const EXAMPLES = `
The new key comes from a file or from stdin, as the exchange gave it out: {"name": "...", "privateKey": "..."}. Never from the
command line, where every process of the machine can read it. It is put beside the old one, asked what it may do, and only
then used; a key that may transfer, or not what it is for, is refused and the old one stays.

Examples:
  trader secrets status --stage live
  trader secrets rotate --key trade --stage live --from new-key.json
  pass coinbase/trade | trader secrets rotate --key trade --stage live --from -`;

interface SecretsFlags {
  readonly stage: Exclude<Stage, 'local'>;
  readonly config: string;
  readonly json?: true;
}

/** `trader secrets`: how old the keys are, and putting a new one in place. */
export function secretsCommand(): Command {
  return new Command('secrets')
    .description('the age of the exchange keys, and changing one')
    .addCommand(common(new Command('status').description('since when each key is in use')).action(status))
    .addCommand(
      common(new Command('rotate').description('stage, probe and switch to a new key'))
        .addOption(new Option('--key <purpose>', 'which key').choices(KEY_PURPOSES).makeOptionMandatory())
        .requiredOption('--from <file>', 'the key file; - reads stdin')
        .addOption(exchangeUrlOption('probe there instead'))
        .action(rotate),
    )
    .addHelpText('after', EXAMPLES);
}

function common(command: Command): Command {
  return command
    .addOption(
      new Option('--stage <stage>', 'a stage on AWS')
        .choices(STAGES.filter((stage) => stage !== 'local'))
        .makeOptionMandatory(),
    )
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .option('--json', 'print one JSON object');
}

async function status({ stage, config, json }: SecretsFlags): Promise<void> {
  const vault = secretsManagerVault(new SecretsManagerClient(), keySecretNames(stage));
  const nowMs = systemClock.nowMs();
  const keys = await Promise.all(
    KEY_PURPOSES.map(async (purpose) => {
      const { blocksLive, ...verdict } = secretAgeVerdict(await vault.changedAtMs(purpose), nowMs);
      return { purpose, ...verdict, blocks_live: blocksLive };
    }),
  );
  const rotations = await rotationsOf(stage, config);
  if (keys.some(({ blocks_live }) => blocks_live)) process.exitCode = 1;
  if (json === true) return console.log(JSON.stringify({ stage, keys, rotations }));
  for (const { purpose, status, detail } of keys) console.log(`${purpose.padEnd(6)} ${status.padEnd(8)} ${detail}`);
  for (const { at_ms, purpose } of rotations) console.log(`${new Date(at_ms).toISOString()} ${purpose} key changed`);
}

async function rotationsOf(stage: SecretsFlags['stage'], config: string): Promise<KeyAges['rotations']> {
  const books = await openBooks({ stage, config });
  try {
    return (await loadKeyAges(books.facts))?.rotations ?? [];
  } finally {
    await books.close();
  }
}

interface RotateFlags extends SecretsFlags {
  readonly key: KeyPurpose;
  readonly from: string;
  readonly exchangeUrl?: string;
}

async function rotate({ stage, config, json, key: purpose, from, exchangeUrl }: RotateFlags): Promise<void> {
  const brought = broughtKey(from);
  const books = await openBooks({ stage, config });
  try {
    const rotation = await rotateKey(
      {
        vault: secretsManagerVault(new SecretsManagerClient(), keySecretNames(stage)),
        facts: books.facts,
        clock: systemClock,
        audit: { append: (event, record) => console.error(JSON.stringify({ event, stage, ...record })) },
        permissionsOf: permissionsAt(books.config, exchangeUrl),
      },
      purpose,
      brought,
    );
    report(rotation, purpose, json === true);
  } finally {
    await books.close();
  }
}

function permissionsAt(config: LoadedConfig, apiUrl: string | undefined): RotatePorts['permissionsOf'] {
  return async (key) => {
    const client = probeClient(config, { apiUrl, key, clock: systemClock });
    try {
      return await coinbaseExchange(client).permissions();
    } finally {
      client.close();
    }
  };
}

/** Throws a UserError that names the file and no part of its text. */
export function broughtKey(from: string): { readonly key: ApiKey; readonly text: string } {
  const source = from === '-' ? 'stdin' : `--from ${from}`;
  const text = readText(from, source);
  try {
    return { key: apiKeyFrom(text, source), text };
  } catch (error) {
    throw new UserError((error as Error).message);
  }
}

function readText(from: string, source: string): string {
  try {
    return readFileSync(from === '-' ? 0 : from, 'utf8');
  } catch (error) {
    throw new UserError(`${source} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
}

function report(rotation: Rotation, purpose: KeyPurpose, isJson: boolean): void {
  if (rotation.kind === 'refused') {
    throw new UserError(`the new ${purpose} key: ${rotation.reason}; the old one is still in use`);
  }
  if (isJson) console.log(JSON.stringify({ rotated: purpose, version_id: rotation.versionId }));
  else console.log(`the ${purpose} key was changed; delete the old one at the exchange, and the file`);
}
