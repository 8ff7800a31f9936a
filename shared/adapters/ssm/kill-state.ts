import { type KillState, UNREADABLE } from '../../ports/kill-switch.ts';
import { redactText } from '../redact.ts';

const KILLED = 'killed:';
const FLATTEN = '[flatten] ';
/** A parameter holds 4096 bytes; a reason too long to store must not keep the switch from being pulled, nor `halt` from halting. */
const REASON_MAX = 500;
const NO_REASON = 'no reason given';

/** The text both kill switches (parameter and file) are kept as: `armed` or `killed:<reason>`. */
export function killStateText(state: KillState): string {
  if (state.kind === 'armed') return 'armed';
  return `${KILLED}${state.flatten === true ? FLATTEN : ''}${clipped(state.reason)}`;
}

/** Anything but the two known spellings counts as killed [I4]. `atMs`: when the text was written. */
export function killStateFrom(text: string | undefined, atMs?: number): KillState {
  const value = text?.trim();
  if (value === 'armed') return { kind: 'armed' };
  if (value?.startsWith(KILLED)) return pulled(value.slice(KILLED.length), atMs);
  return unreadable(value === undefined ? 'no value' : 'the value is neither "armed" nor "killed:<reason>"', atMs);
}

export function unreadable(why: string, atMs?: number): KillState {
  return { kind: 'killed', reason: clipped(`${UNREADABLE}${why}`), ...(atMs !== undefined && { atMs }) };
}

/** "[flatten] " is part of the reason for everybody who does not know of it: killed all the same. */
function pulled(text: string, atMs: number | undefined): KillState {
  const isFlatten = text.startsWith(FLATTEN);
  // Typed by a person in a hurry; it goes into alerts, records and archived inputs.
  const reason = clipped(redactText(isFlatten ? text.slice(FLATTEN.length) : text)) || NO_REASON;
  return { kind: 'killed', reason, ...(atMs !== undefined && { atMs }), ...(isFlatten && { flatten: true as const }) };
}

function clipped(reason: string): string {
  return reason.trim().slice(0, REASON_MAX);
}
