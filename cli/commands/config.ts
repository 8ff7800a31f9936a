import { relative } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isThere } from '../../shared/adapters/is-there.ts';
import { type ConfigFault, formatFaults } from '../../shared/config/fault.ts';
import { loadConfig } from '../../shared/config/load.ts';
import type { ConfigResult, LoadedConfig } from '../../shared/config/parse-config.ts';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import { TIERS } from '../../shared/core/cycle/tiers.ts';
import { type Usd, usd } from '../../shared/core/money/fixed.ts';
import { CONFIG_DIR, stageConfig } from '../decision/read-inputs.ts';

interface CheckOptions {
  readonly stage?: Stage;
  readonly equity?: Usd;
  readonly config: string;
  readonly json?: true;
}

type ShowOptions = Omit<CheckOptions, 'equity'> & { readonly stage: Stage };

/** `trader config`: says what is wrong with the config files, and what they add up to. */
export function configCommand(): Command {
  const command = new Command('config').description('check and show the configuration');
  command.addCommand(checkCommand()).addCommand(showCommand());
  return command;
}

function checkCommand(): Command {
  return new Command('check')
    .description('find every fault in the config files; exits 1 when there is one')
    .addOption(new Option('--stage <stage>', 'only this stage (default: all of them)').choices(STAGES))
    .option('--equity <usd>', 'also judge whether every tier has a legal trade size at this equity', parseEquity)
    .addOption(dirOption())
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples('config check', 'config check --stage live --equity 2500', 'config check --json'))
    .action(check);
}

function showCommand(): Command {
  return new Command('show')
    .description('print the merged config of a stage, each value with the file and line it comes from')
    .addOption(new Option('--stage <stage>', 'the stage').choices(STAGES).makeOptionMandatory())
    .addOption(dirOption())
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples('config show --stage local', 'config show --stage live --json'))
    .action(show);
}

function check({ stage, equity, config: dir, json }: CheckOptions, command: Command): void {
  requireDir(dir, command);
  const results = (stage === undefined ? STAGES : [stage]).map((name) => ({
    stage: name,
    result: loadConfig({ dir, stage: name, ...(equity !== undefined && { equityUsd: equity }) }),
  }));
  const faults = distinct(results.flatMap(({ result }) => faultsOf(result)));
  if (faults.length > 0) process.exitCode = 1;

  if (json === true) {
    const stages = results.map(({ stage: name, result }) => ({ stage: name, ...stageReport(result) }));
    console.log(JSON.stringify({ ok: faults.length === 0, config_dir: dir, stages }));
    return;
  }
  if (faults.length > 0) console.error(`${formatFaults(faults)} of ${shownDir(dir)}`);
  for (const { result } of results) if (result.kind === 'ok') console.log(headline(result.config));
}

function show({ stage, config: dir, json }: ShowOptions, command: Command): void {
  requireDir(dir, command);
  const config = stageConfig(dir, stage);
  const { decision, leaves } = config;
  if (json === true) {
    const values = leaves.map(({ path, value, origin }) => ({ path: path.join('.'), value, ...origin }));
    console.log(JSON.stringify({ stage, config_hash: decision.configHash, values }));
    return;
  }
  console.log(`# ${headline(config)}`);
  const rows = leaves.map(({ path, value, origin }) => ({
    text: `${path.join('.')} = ${JSON.stringify(value)}`,
    origin: `${origin.file}:${origin.line}`,
  }));
  for (const { text, origin } of rows) console.log(`${text.padEnd(72)}  # ${origin}`);
}

function headline(config: LoadedConfig): string {
  const { config_hash, mode, symbols, strategies, strategies_enabled } = figures(config);
  return `OK ${config.stage}: config ${config_hash}, mode ${mode}, ${symbols} symbols, ${strategies_enabled} of ${strategies} strategies enabled`;
}

function stageReport(result: ConfigResult) {
  return result.kind === 'ok' ? { ok: true, ...figures(result.config) } : { ok: false, faults: result.faults };
}

function figures({ app, decision: { configHash, universe, signals } }: LoadedConfig) {
  const strategies = Object.values(signals.strategy);
  return {
    config_hash: configHash,
    mode: app.mode,
    symbols: TIERS.reduce((sum, tier) => sum + universe.tiers[tier].symbols.length, 0),
    strategies: strategies.length,
    strategies_enabled: strategies.filter(({ enabled }) => enabled).length,
  };
}

function faultsOf(result: ConfigResult): readonly ConfigFault[] {
  return result.kind === 'ok' ? [] : result.faults;
}

/** A fault of a base file shows in every stage; it is one fault. */
function distinct(faults: readonly ConfigFault[]): readonly ConfigFault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}

function requireDir(dir: string, command: Command): void {
  if (isThere(dir)) return;
  command.error(`error: the config folder ${dir} does not exist; point to another with --config DIR`);
}

function dirOption(): Option {
  // Beside the program, not in the working directory: the same command checks the same files from everywhere.
  return new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program');
}

function shownDir(dir: string): string {
  const fromHere = relative(process.cwd(), dir);
  return fromHere === '' || fromHere.startsWith('..') ? dir : fromHere;
}

function parseEquity(text: string): Usd {
  const equity = /^\d{1,12}(?:\.\d{1,2})?$/.test(text) ? usd(text) : undefined;
  if (equity === undefined || equity <= 0n) throw new InvalidArgumentError('Use dollars, such as 2500 or 2500.50.');
  return equity;
}

function examples(...commands: readonly string[]): string {
  return ['', 'Examples:', ...commands.map((text) => `  trader ${text}`)].join('\n');
}
