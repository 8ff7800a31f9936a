import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import { fileEvidence } from '../../shared/app/file-evidence.ts';
import { allowLooserCaps, demote, promote, readiness } from '../../shared/app/promote.ts';
import { WARNED_DAYS } from '../../shared/app/watch-lapses.ts';
import { STAGES } from '../../shared/config/stages.ts';
import { type Evidence, STEPS, type Step } from '../../shared/core/gates/evidence.ts';
import { type Lapse, lapsesWithin, lapseText } from '../../shared/core/gates/lapses.ts';
import { reachedStep, type Standing, standingOf } from '../../shared/core/gates/standing.ts';
import { heldSymbols } from '../../shared/core/portfolio/valuation.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { confirmTyped } from '../operator/confirm.ts';
import { type GateDesk, openGateDesk } from '../operator/gate-desk.ts';
import type { TargetFlags } from '../operator/kill-target.ts';
import { UserError } from '../user-error.ts';

interface GateFlags extends TargetFlags {
  readonly by?: string;
  readonly confirm?: string;
  readonly json?: true;
}

/** `trader gates`: what is permitted, and what is missing for more. */
export function gatesCommand(): Command {
  return onTarget(new Command('gates').description('show the mode that was reached and what every step still asks for'))
    .option('--confirm-alerts', 'a test alert has reached you: file your word for it')
    .option('--json', 'print one JSON object')
    .action(async (flags: GateFlags & { readonly confirmAlerts?: true }) => {
      const report = await withDesk(flags, async (desk) => {
        if (flags.confirmAlerts === true) await confirmAlerts(desk, flags);
        return gatesReport(desk);
      });
      console.log(flags.json === true ? JSON.stringify(report) : textOf(report));
    });
}

/** `trader promote --to STEP`: one step, when everything it asks for is there. */
export function promoteCommand(): Command {
  return onTarget(
    new Command('promote').description('take the next mode; refused with a checklist while something is missing'),
  )
    .addOption(new Option('--to <step>', 'the step').choices(STEPS))
    .option('--loosen-caps', 'allow caps that are looser than the confirmed ones')
    .option('--valid-days <n>', 'how long your word holds', Number, 30)
    .option('--json', 'print one JSON object')
    .action(async (flags: PromoteFlags) => {
      const outcome = await withDesk(flags, (desk) => runPromote(desk, flags));
      console.log(flags.json === true ? JSON.stringify(outcome) : promotionText(outcome));
    });
}

/** `trader demote --to STEP`: back, at once. */
export function demoteCommand(): Command {
  return onTarget(new Command('demote').description('go back to an earlier mode; confirmations above it are void'))
    .addOption(new Option('--to <mode>', 'the mode').choices(['DRY_RUN', 'PAPER', 'LIVE_CANARY']).makeOptionMandatory())
    .requiredOption('--reason <text>', 'why')
    .option('--json', 'print one JSON object')
    .action(async (flags: DemoteFlags) => {
      const outcome = await withDesk(flags, (desk) => runDemote(desk, flags));
      console.log(flags.json === true ? JSON.stringify(outcome) : demotionText(outcome));
    });
}

interface PromoteFlags extends GateFlags {
  readonly to?: Step;
  readonly loosenCaps?: true;
  readonly validDays: number;
}

interface DemoteFlags extends GateFlags {
  readonly to: 'DRY_RUN' | 'PAPER' | 'LIVE_CANARY';
  readonly reason: string;
}

function onTarget(command: Command): Command {
  return command
    .option('--state <dir>', 'the state folder of a run on this machine (stopped)')
    .addOption(new Option('--stage <stage>', 'a stage on AWS').choices(STAGES))
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .option('--by <name>', 'who says so (default: the user of this machine)')
    .option('--confirm <phrase>', 'the phrase that is asked for');
}

async function withDesk<Result>(flags: TargetFlags, work: (desk: GateDesk) => Promise<Result>): Promise<Result> {
  const desk = await openGateDesk(flags);
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}

export interface GatesReport {
  readonly target: string;
  readonly reached: Step | 'DRY_RUN';
  readonly live: Standing;
  readonly code_version: string;
  readonly risk_hash: string;
  /** [REQ-SEC2] */
  readonly key_refusal: string | null;
  /** What will end LIVE soon if nobody renews it. */
  readonly lapses: readonly Lapse[];
  readonly steps: Readonly<Record<Step, ReturnType<typeof readiness>>>;
}

export async function gatesReport({ books, context, evidence, keyRefusal }: GateDesk): Promise<GatesReport> {
  const filed = await evidence();
  const of = (step: Step) => readiness(step, filed, context);
  return {
    target: books.name,
    reached: reachedStep(filed),
    live: standingOf(filed, context),
    code_version: context.codeVersion,
    risk_hash: context.riskHash,
    key_refusal: await keyRefusal(),
    lapses: lapsesWithin(WARNED_DAYS, filed, context),
    steps: { PAPER: of('PAPER'), LIVE_CANARY: of('LIVE_CANARY'), LIVE: of('LIVE') },
  };
}

async function confirmAlerts({ ports, context, books }: GateDesk, { by, confirm }: GateFlags): Promise<void> {
  await confirmTyped('the alert arrived', `${books.name}: you have read a test alert on your own device`, confirm);
  await fileEvidence<Evidence>(ports.evidence, { kind: 'alerts_confirmed', ...stamp(context), by: nameOf(by) });
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 90;

export type Promotion =
  | { readonly target: string; readonly by: string; readonly valid_days: number; readonly promoted_to: Step }
  /** Empty where no cap is looser than the confirmed ones. */
  | { readonly target: string; readonly by: string; readonly valid_days: number; readonly loosened: readonly string[] };

export async function runPromote(desk: GateDesk, flags: PromoteFlags): Promise<Promotion> {
  const { ports, context, books } = desk;
  if (!(flags.validDays > 0 && flags.validDays <= MOST_DAYS)) throw new UserError('--valid-days takes 1 to 90');
  const told = { target: books.name, by: nameOf(flags.by), valid_days: flags.validDays };
  const word = { by: told.by, botId: books.config.app.bot_id, validMs: flags.validDays * DAY_MS };
  if (flags.loosenCaps === true) {
    await confirmTyped('loosen the caps', `${books.name} may risk more than was confirmed`, flags.confirm);
    return { ...told, loosened: await allowLooserCaps(ports, context, word) };
  }
  if (flags.to === undefined) throw new UserError('--to is missing: PAPER, LIVE_CANARY or LIVE');
  const keys = flags.to === 'PAPER' ? null : await desk.keyRefusal();
  const obstacles = [
    ...readiness(flags.to, await desk.evidence(), context).obstacles,
    ...(keys === null ? [] : [keys]),
  ];
  if (obstacles.length > 0) {
    throw new UserError(`not promoted to ${flags.to}:\n${obstacles.map((line) => `  - ${line}`).join('\n')}`);
  }
  await confirmTyped(`promote to ${flags.to}`, `${books.name} goes to ${flags.to}`, flags.confirm);
  await promote(ports, flags.to, context, word);
  return { ...told, promoted_to: flags.to };
}

function promotionText(outcome: Promotion): string {
  if ('promoted_to' in outcome) {
    return `${outcome.target}: ${outcome.promoted_to}, confirmed by ${outcome.by} for ${outcome.valid_days} days`;
  }
  const { loosened } = outcome;
  return loosened.length === 0 ? 'no cap is looser than the confirmed ones' : `allowed: ${loosened.join(', ')}`;
}

export interface Demotion {
  readonly target: string;
  readonly by: string;
  readonly reason: string;
  readonly reached: Step | 'DRY_RUN';
  /** What LIVE holds and nothing sells from now on; null: its books cannot be read. */
  readonly held: readonly string[] | null;
}

export async function runDemote(desk: GateDesk, { to, by, reason }: DemoteFlags): Promise<Demotion> {
  const { ports, context, books } = desk;
  const name = nameOf(by);
  await demote(ports, to, context, { by: name, botId: books.config.app.bot_id, reason });
  const filed = await desk.evidence();
  // The canary goes on selling.
  const isLeft = books.config.app.mode === 'LIVE' && standingOf(filed, context).kind === 'refused';
  const held = isLeft ? await heldIn(books) : [];
  return { target: books.name, by: name, reason, reached: reachedStep(filed), held };
}

/** It has gone back whatever becomes of this. */
async function heldIn({ accounts }: GateDesk['books']): Promise<readonly string[] | null> {
  const account = await accounts.load().catch(() => null);
  return account === null ? null : account === undefined ? [] : heldSymbols(account);
}

function demotionText({ target, reached, held }: Demotion): string {
  const stands = `${target}: stands at ${reached}`;
  if (held === null) return `${stands}\nwhat it holds cannot be read, and nothing sells it any more: trader positions`;
  if (held.length === 0) return stands;
  return `${stands}\nnothing sells ${held.join(', ')} any more: trader positions shows what no stop rests behind`;
}

function nameOf(by: string | undefined): string {
  return by ?? userInfo().username;
}

function stamp({ nowMs, codeVersion, riskHash }: GateDesk['context']) {
  return { at_ms: nowMs, code_version: codeVersion, risk_hash: riskHash };
}

function textOf({ target, reached, live, code_version, risk_hash, key_refusal, lapses, steps }: GatesReport): string {
  const lines = STEPS.flatMap((step) => [
    `${step}${steps[step].obstacles.length === 0 ? ': everything is there' : ''}`,
    ...steps[step].items.map(({ gate, is_met, detail, how }) => {
      const mark = is_met ? 'met    ' : 'MISSING';
      return `  ${mark} ${gate.padEnd(18)} ${detail}${how === null ? '' : `\n${' '.repeat(29)}${how}`}`;
    }),
  ]);
  const now = live.kind === 'granted' ? `granted at ${live.step}` : `refused: ${live.reason}`;
  return [
    `${target}: stands at ${reached}, LIVE ${now}`,
    `code ${code_version}, risk config ${risk_hash}`,
    ...(key_refusal === null ? [] : [`LIVE is refused besides: ${key_refusal}`]),
    ...lapses.map(lapseText),
    ...lines,
  ].join('\n');
}
