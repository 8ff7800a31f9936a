import type { KillState } from '../../ports/kill-switch.ts';

const KILLED = 'killed:';
/** A parameter holds 4096 bytes; a reason too long to store must not keep the switch from being pulled. */
const REASON_MAX = 500;

/** The text both kill switches (parameter and file) are kept as: `armed` or `killed:<reason>`. */
export function killStateText(state: KillState): string {
  return state.kind === 'armed' ? 'armed' : `${KILLED}${state.reason.slice(0, REASON_MAX)}`;
}

/** Anything but the two known spellings counts as killed [I4]. */
export function killStateFrom(text: string | undefined): KillState {
  const value = text?.trim();
  if (value === 'armed') return { kind: 'armed' };
  if (value?.startsWith(KILLED)) return { kind: 'killed', reason: value.slice(KILLED.length) };
  return unreadable(value === undefined ? 'no value' : 'the value is neither "armed" nor "killed:<reason>"');
}

export function unreadable(why: string): KillState {
  return { kind: 'killed', reason: `unreadable: ${why}` };
}
