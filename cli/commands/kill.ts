import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, Option } from 'commander';
import type { HaltRequest } from '../../shared/app/halt-record.ts';
import { STAGES } from '../../shared/config/stages.ts';
import { type KillState, UNREADABLE } from '../../shared/ports/kill-switch.ts';
import { CONFIG_DIR } from '../decision/read-inputs.ts';
import { confirmTyped } from '../operator/confirm.ts';
import { type KillTarget, killTarget, type TargetFlags } from '../operator/kill-target.ts';
import { UserError } from '../user-error.ts';

const EXAMPLES = `
Pulling takes effect at once and asks nothing. Selling everything is a step of its own, after the pull, and is confirmed.
Re-arm with trader rearm. On AWS it uses the credentials of the environment.

Examples:
  trader kill --state .state/paper-synthetic-7 --reason "looks wrong"
  trader kill --stage live --reason "looks wrong"
  trader kill --stage live --status
  trader kill --stage live --flatten --confirm "sell everything"`;

interface KillFlags extends TargetFlags {
  readonly reason?: string;
  readonly status?: true;
  readonly flatten?: true;
  readonly confirm?: string;
  readonly by?: string;
  readonly json?: true;
}

/** `trader kill`: stops everything with one line. */
export function killCommand(): Command {
  return new Command('kill')
    .description('stop everything: no proposals, no orders, everything that works is cancelled')
    .option('--state <dir>', 'the state folder of a run on this machine')
    .addOption(new Option('--stage <stage>', 'a stage on AWS').choices(STAGES))
    .addOption(new Option('--config <dir>', 'the config folder').default(CONFIG_DIR, 'config/ of this program'))
    .option('--reason <text>', 'why; it stands in the alert and in the record')
    .option('--by <name>', 'who pulls it (default: the user of this machine)')
    .option('--status', 'only show the switch and the latest halt')
    .option('--flatten', 'the switch is pulled already: now sell everything as well')
    .option('--confirm <phrase>', 'the phrase that --flatten asks for')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: KillFlags) => {
      const target = killTarget(flags);
      const outcome = await act(target, flags);
      console.log(flags.json === true ? JSON.stringify(outcome) : killText(outcome));
    });
}

export interface KillOutcome {
  readonly target: string;
  readonly switch: 'armed' | 'killed';
  readonly reason: string | null;
  readonly flatten: boolean;
  readonly since: string | null;
  /** What was asked to halt at once; null: nothing runs there. */
  readonly asked: string | null;
  /** That of this pull, or the latest where the switch is armed; null: none. */
  readonly halt: Readonly<Record<string, unknown>> | null;
  /** Why the record of the halt cannot be told; null: it can. */
  readonly halt_unread: string | null;
}

async function act(target: KillTarget, flags: KillFlags): Promise<KillOutcome> {
  if (flags.status === true) return statusOf(target, null);
  if (flags.flatten === true) return flatten(target, flags.confirm);
  if (flags.reason === undefined || flags.reason.trim() === '') {
    throw new UserError('--reason is missing: say why in a few words');
  }
  return pull(target, flags.reason.trim(), flags.by ?? userInfo().username);
}

const REPORT_WAIT_MS = 10_000;
const LOOK_EVERY_MS = 250;

/** Flips the switch first; asking for the halt beside it is the second path, and its failure changes nothing of the first. */
export async function pull(
  target: KillTarget,
  reason: string,
  by: string,
  waitMs = REPORT_WAIT_MS,
): Promise<KillOutcome> {
  await target.killSwitch.set({ kind: 'killed', reason: `${reason} (${by})` });
  const state = await target.killSwitch.read();
  const flippedAtMs = state.kind === 'killed' ? state.atMs : undefined;
  const why = state.kind === 'killed' ? state.reason : reason;
  const asked = await asking(target, {
    reason: why,
    source: `operator ${by}`,
    ...(flippedAtMs !== undefined && { flippedAtMs }),
  });
  const endMs = Date.now() + (asked === null ? 0 : waitMs);
  while (Date.now() < endMs && !isToldEnough(await recordOf(target), state)) await delay(LOOK_EVERY_MS);
  return statusOf(target, asked);
}

/** The switch is pulled whatever becomes of this: the other paths go on without it. */
async function asking(target: KillTarget, request: HaltRequest): Promise<string | null> {
  try {
    return await target.askHalt(request);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `the switch is pulled, but the halt function could not be asked (${why}); its watcher sees it within 2 s`;
  }
}

/** Whatever keeps the record from being read has no say in whether the switch is pulled. */
async function recordOf(target: KillTarget): Promise<Pick<KillOutcome, 'halt' | 'halt_unread'>> {
  try {
    return { halt: await target.haltRecord(), halt_unread: null };
  } catch (error) {
    return { halt: null, halt_unread: error instanceof Error ? error.message : String(error) };
  }
}

function isToldEnough({ halt, halt_unread }: Pick<KillOutcome, 'halt' | 'halt_unread'>, state: KillState): boolean {
  return halt_unread !== null || (isOfPull(halt, state) && typeof halt?.['cancelled_ms'] === 'number');
}

/** Whoever has just pulled must not read how well an earlier pull went. Selling out writes the switch again: still that pull. */
function isOfPull(record: Readonly<Record<string, unknown>> | null, state: KillState): boolean {
  if (record === null || state.kind === 'armed') return record !== null;
  const reason = String(record['halt_reason'] ?? record['reason']);
  if (reason.startsWith(UNREADABLE) && state.reason.startsWith(UNREADABLE)) return true;
  const at = Number(record['flipped_at_ms'] ?? record['at_ms'] ?? Date.parse(String(record['at'])));
  return reason === state.reason && (state.flatten === true || state.atMs === undefined || at >= state.atMs);
}

async function flatten(target: KillTarget, typed: string | undefined): Promise<KillOutcome> {
  const state = await target.killSwitch.read();
  if (state.kind === 'armed') throw new UserError('the switch is armed: pull it first with trader kill --reason');
  await confirmTyped('sell everything', `${target.name} will sell every position at the market`, typed);
  await target.killSwitch.set({ kind: 'killed', reason: state.reason, flatten: true });
  return statusOf(target, 'the next cycle sells');
}

async function statusOf(target: KillTarget, asked: string | null): Promise<KillOutcome> {
  const state = await target.killSwitch.read();
  const isKilled = state.kind === 'killed';
  const { halt, halt_unread } = await recordOf(target);
  return {
    target: target.name,
    switch: state.kind,
    reason: isKilled ? state.reason : null,
    flatten: isKilled && state.flatten === true,
    since: isKilled && state.atMs !== undefined ? new Date(state.atMs).toISOString() : null,
    asked,
    halt: isOfPull(halt, state) ? halt : null,
    halt_unread,
  };
}

export function killText(outcome: KillOutcome): string {
  const { halt, halt_unread } = outcome;
  const ms = (key: string) => (typeof halt?.[key] === 'number' ? `${halt[key]} ms` : 'not yet');
  return [
    `${outcome.target}: ${outcome.switch.toUpperCase()}${outcome.reason === null ? '' : `, ${outcome.reason}`}`,
    outcome.since && `since     ${outcome.since}`,
    outcome.flatten && 'flatten   every position is being sold',
    outcome.asked ? `asked     ${outcome.asked}` : null,
    halt && `halt      detected ${ms('detect_ms')}, alert ${ms('alert_ms')}, all cancelled ${ms('cancelled_ms')}`,
    halt && `remaining ${listed(halt['remaining'])}`,
    halt && `faults    ${listed(halt['faults'])}`,
    halt_unread && `halt      its record cannot be read (${halt_unread}); what is written above holds all the same`,
    outcome.switch === 'killed' &&
      halt === null &&
      halt_unread === null &&
      'halt      none on record of this pull: nothing runs there, or it has not seen the switch yet',
  ]
    .filter((line): line is string => typeof line === 'string')
    .join('\n');
}

function listed(words: unknown): string {
  if (!Array.isArray(words)) return 'not known yet';
  return words.length === 0 ? 'none' : words.join('; ');
}
