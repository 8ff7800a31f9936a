import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { InvalidArgumentError, Option } from 'commander';
import type * as z from 'zod';
import { formatFaults } from '../../shared/config/fault.ts';
import { type LoadOptions, loadConfig } from '../../shared/config/load.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { STAGES, type Stage } from '../../shared/config/stages.ts';
import type { DecisionConfig } from '../../shared/core/cycle/decision-config.ts';
import { foreignFormat } from '../../shared/core/cycle/decode.ts';
import type { DecisionInputs } from '../../shared/core/cycle/encode.ts';
import { type Usd, usd } from '../../shared/core/money/fixed.ts';
import { openAccount } from '../../shared/core/portfolio/ledger.ts';
import { UserError } from '../user-error.ts';
import { type DecisionFile, decisionFileSchema } from './decision-file.ts';

export const CONFIG_DIR = join(import.meta.dirname, '..', '..', 'config');

/** What the command line says about a decision to be made again. */
export interface InputFlags {
  readonly snapshot: string;
  readonly stage?: Stage;
  readonly config?: string;
  readonly cash?: Usd;
}

/** The options of every command that decides on a file. */
export function inputOptions(): readonly Option[] {
  return [
    new Option(
      '--snapshot <file>',
      'an archived cycle (.json.gz) or a snapshot written by hand (docs/snapshot.md)',
    ).makeOptionMandatory(),
    new Option('--stage <stage>', "decide with this stage's config instead of the file's own").choices(STAGES),
    new Option('--config <dir>', 'take the config from this folder (stage local unless --stage names another)'),
    new Option(
      '--cash <usd>',
      'cash of a fresh account, when the file holds none (default: as the stage says)',
    ).argParser(parseCash),
  ];
}

/** Everything one decision needs, or a UserError that names the file and the place in it. */
export function readInputs({ snapshot: file, stage, config: dir, cash }: InputFlags): DecisionInputs {
  const { snapshot, account, config: own } = parsed(file);
  const staged = () => stageConfig(dir ?? CONFIG_DIR, stage ?? 'local');
  const config = own !== undefined && stage === undefined && dir === undefined ? own : staged().decision;
  checkInterval(file, snapshot.baseInterval, config);
  if (account !== undefined) {
    if (cash !== undefined) throw new UserError(`${file} holds an account; --cash is for files without one`);
    return { snapshot, account, config };
  }
  const opened = openAccount({
    botId: config.botId,
    mode: 'PAPER',
    cash: cash ?? staged().app.paper.starting_cash_usd,
    external: {},
    nowMs: snapshot.slotMs,
  });
  // Nobody has watched these symbols before, so none of them has to prove itself first.
  const known = snapshot.symbols.map(({ productId }) => [productId, { member: true, cycles: 0 }] as const);
  return { snapshot, account: { ...opened, universe_memory: Object.fromEntries(known) }, config };
}

/** The market of a file, and the account as the cycle found it where the file holds one. */
export function readCycle(file: string): Pick<DecisionFile, 'snapshot' | 'account'> {
  return parsed(file);
}

export function stageConfig(dir: string, stage: Stage, overrides: LoadOptions['overrides'] = {}): LoadedConfig {
  const result = loadConfig({ dir, stage, overrides });
  if (result.kind === 'invalid') throw new UserError(`${formatFaults(result.faults)} of ${dir}`);
  return result.config;
}

function parsed(file: string): DecisionFile {
  const json = jsonOf(file);
  const foreign = foreignFormat(json);
  if (foreign !== null) throw new UserError(`${file} cannot be read: ${foreign}`);
  // A snapshot may also stand there alone.
  const isAlone = isObject(json) && !('snapshot' in json) && 'symbols' in json;
  const { $schema: _, ...alone } = isAlone ? json : {};
  const result = decisionFileSchema.safeParse(isAlone ? { snapshot: alone } : json);
  if (!result.success) throw new UserError(problems(file, result.error, isAlone ? 1 : 0));
  return result.data;
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(textOf(file));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`${file} is not JSON: ${error.message}`);
    throw error;
  }
}

/** By content, not by name: an archive may have been unpacked or renamed. */
function textOf(file: string): string {
  try {
    const bytes = readFileSync(file);
    const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (isZipped ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

const MOST_SHOWN = 10;

function problems(file: string, { issues }: z.ZodError, skipped: number): string {
  const lines = issues
    .slice(0, MOST_SHOWN)
    .map(({ path, message }) => `  ${path.slice(skipped).join('.') || '(the whole file)'}: ${message}`);
  const more = issues.length > MOST_SHOWN ? [`  and ${issues.length - MOST_SHOWN} more`] : [];
  return [`${file} is not a snapshot; its format is described in docs/snapshot.md`, ...lines, ...more].join('\n');
}

function checkInterval(file: string, interval: string, config: DecisionConfig): void {
  if (interval === config.signals.interval) return;
  throw new UserError(
    `${file}: snapshot.baseInterval is ${interval}, the config decides on ${config.signals.interval} bars; ` +
      'choose a config whose signals.interval is the same with --config or --stage',
  );
}

function parseCash(text: string): Usd {
  if (!/^\d{1,12}(?:\.\d{1,2})?$/.test(text)) throw new InvalidArgumentError('Use dollars, such as 2500 or 2500.50.');
  return usd(text);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
