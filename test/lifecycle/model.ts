import { isTerminal, type OrderEvent, type OrderStatus, transition } from '../../shared/core/execution/lifecycle.ts';

/**
 * One order and everything that may happen to it: record, reservation, exchange, queue, and two processes that crash, race
 * and are outlived. The record moves by the production table and by nothing else; every save holds only if nobody saved
 * since the process read. What the steps of shared/app do between two writes is one move here.
 */
export interface State {
  readonly record: OrderStatus | 'ABSENT';
  /** The record knows the exchange's id. */
  readonly hasOrderId: boolean;
  readonly emptyScans: 0 | 1 | 2;
  readonly outbox: boolean;
  readonly reserved: boolean;
  readonly booked: boolean;
  readonly exchange: 'none' | 'open' | 'filled' | 'ended';
  /** A POST that nobody waits for any more may still arrive. */
  readonly onTheWire: boolean;
  readonly messages: 0 | 1 | 2;
  readonly posts: 0 | 1 | 2 | 3;
  /** Orders the exchange has made of the POSTs. */
  readonly made: 0 | 1 | 2 | 3;
  /** fresh: may be sent; late: past its deadline; settled: past the time within which a POST arrives and is listed. */
  readonly time: 'fresh' | 'late' | 'settled';
  readonly alerted: boolean;
  readonly processes: readonly [Process, Process];
}

/** `isFresh`: nobody has saved the record since it was read. */
export type Process =
  | { readonly at: 'idle' }
  | { readonly at: 'ready' | 'claimed'; readonly isFresh: boolean }
  | { readonly at: 'told'; readonly answer: 'ok' | 'refused' | 'lost'; readonly isFresh: boolean }
  | { readonly at: 'looked'; readonly saw: State['exchange']; readonly when: State['time']; readonly isFresh: boolean };

export interface Rules {
  /** Only the exit of a position is posted again while its fate is unknown. */
  readonly isExit: boolean;
  /** A planted fault: saves that ask no condition. */
  readonly savesBlindly?: boolean;
  /** A planted fault: a POST after the deadline. */
  readonly postsLate?: boolean;
}

export const START: State = {
  record: 'ABSENT',
  hasOrderId: false,
  emptyScans: 0,
  outbox: true,
  reserved: true,
  booked: false,
  exchange: 'none',
  onTheWire: false,
  messages: 0,
  posts: 0,
  made: 0,
  time: 'fresh',
  alerted: false,
  processes: [{ at: 'idle' }, { at: 'idle' }],
};

/** Every state that can come next. */
export function nextStates(state: State, rules: Rules): readonly State[] {
  return [
    ...publishing(state),
    ...settling(state),
    ...outside(state),
    ...([0, 1] as const).flatMap((who) => processMoves(state, rules, who)),
  ];
}

/** Record first, then the message, then the outbox entry; each may be the last before a crash. */
function publishing(state: State): readonly State[] {
  if (state.outbox && state.record === 'ABSENT') return [{ ...state, record: 'READY' }];
  if (state.messages === 2) return [];
  const messages = (state.messages + 1) as State['messages'];
  const sent = state.outbox
    ? [
        { ...state, messages },
        { ...state, messages, outbox: false },
      ]
    : [];
  // Reconciling sends again what waits while it is fresh.
  return state.record === 'READY' && state.time === 'fresh' ? [...sent, { ...state, messages }] : sent;
}

/** The reservation goes last: whoever finds an ended order on the account's list finishes it, fills and all. */
function settling(state: State): readonly State[] {
  if (state.record === 'ABSENT' || !isTerminal(state.record) || !state.reserved) return [];
  return [{ ...state, reserved: false, outbox: false, booked: state.hasOrderId && state.exchange === 'filled' }];
}

/** The exchange, the wire, the queue and the clock go their own ways. */
function outside(state: State): readonly State[] {
  const moves: State[] = [];
  if (state.exchange === 'open') moves.push({ ...state, exchange: 'filled' }, { ...state, exchange: 'ended' });
  if (state.onTheWire) moves.push(arrived({ ...state, onTheWire: false }), { ...state, onTheWire: false });
  if (state.messages > 0) moves.push({ ...state, messages: 0 });
  if (state.time === 'fresh') moves.push({ ...state, time: 'late' });
  if (state.time === 'late' && !state.onTheWire) moves.push({ ...state, time: 'settled' });
  return moves;
}

/** A known id makes no second order. */
function arrived(state: State): State {
  if (state.exchange !== 'none') return state;
  return { ...state, exchange: 'open', made: (state.made + 1) as State['made'] };
}

type Who = 0 | 1;

function processMoves(state: State, rules: Rules, who: Who): readonly State[] {
  const process = state.processes[who];
  const died = become(state, who, { at: 'idle' });
  switch (process.at) {
    case 'idle':
      return [...received(state, rules, who), ...reconciling(state, rules, who)];
    case 'ready':
      return [died, ...sending(state, rules, who)];
    case 'claimed':
      return [died, save(state, rules, who, 'refuse'), ...posting(state, rules, who)];
    case 'told':
      return [died, ...hearing(state, rules, who, process.answer)];
    case 'looked':
      return [died, recording(state, rules, who, process)];
    default:
      return process satisfies never;
  }
}

/** A message is handed out and, acknowledged or not, may come again. */
function received(state: State, rules: Rules, who: Who): readonly State[] {
  if (state.messages === 0) return [];
  const acknowledged = { ...state, messages: (state.messages - 1) as State['messages'] };
  const handled = [state, acknowledged].flatMap((from) => {
    if (from.record === 'READY' && from.reserved) return [become(from, who, { at: 'ready', isFresh: true })];
    if (from.record === 'SENDING' && from.time !== 'fresh') return [saveNow(from, rules, who, 'lose')];
    return [];
  });
  return [acknowledged, ...handled];
}

function sending(state: State, rules: Rules, who: Who): readonly State[] {
  if (state.time !== 'fresh') return [save(state, rules, who, 'expire')];
  return [save(state, rules, who, 'cancel'), save(state, rules, who, 'claim', { at: 'claimed', isFresh: true })];
}

function posting(state: State, rules: Rules, who: Who): readonly State[] {
  if (state.time !== 'fresh' && rules.postsLate !== true) return [];
  const posted = { ...state, posts: Math.min(3, state.posts + 1) as State['posts'] };
  const told = (at: State, answer: 'ok' | 'refused' | 'lost') =>
    become(at, who, { at: 'told', answer, isFresh: freshOf(state, who) });
  return [
    told(arrived(posted), 'ok'),
    told(arrived(posted), 'lost'),
    told({ ...posted, onTheWire: true }, 'lost'),
    told(posted, 'lost'),
    // An order that is there already is named, never refused.
    ...(posted.exchange === 'none' ? [told(posted, 'refused')] : []),
  ];
}

function hearing(state: State, rules: Rules, who: Who, answer: 'ok' | 'refused' | 'lost'): readonly State[] {
  if (answer === 'ok') return [save({ ...state }, rules, who, 'accept', { at: 'idle' }, { hasOrderId: true })];
  // A refusal proves something about its own POST only: nothing when an earlier one is in doubt.
  if (state.record === 'UNKNOWN') return [become(state, who, { at: 'idle' })];
  if (answer === 'refused') return [save(state, rules, who, 'refuse')];
  const lost = save(state, rules, who, 'lose', { at: 'idle' });
  if (!rules.isExit || lost.record !== 'UNKNOWN') return [lost];
  return [lost, ...posting(become(lost, who, { at: 'claimed', isFresh: true }), rules, who)];
}

/** What a cycle does with an order on the account's list. */
function reconciling(state: State, rules: Rules, who: Who): readonly State[] {
  if (!state.reserved) return [];
  switch (state.record) {
    case 'READY':
      // The halt withdraws it at any time.
      return [
        saveNow(state, rules, who, 'cancel'),
        ...(state.time === 'fresh' ? [] : [saveNow(state, rules, who, 'expire')]),
      ];
    case 'SENDING':
      return state.time === 'fresh' ? [] : [saveNow(state, rules, who, 'lose')];
    case 'WORKING':
    case 'UNKNOWN':
      return sights(state).map((saw) => become(state, who, { at: 'looked', saw, when: state.time, isFresh: true }));
    default:
      return [];
  }
}

/** An order that is known by its id is seen as it is; the list may be late until everything has settled. */
function sights({ hasOrderId, exchange, time }: State): readonly State['exchange'][] {
  return hasOrderId || time === 'settled' || exchange === 'none' ? [exchange] : [exchange, 'none'];
}

const EVENT_OF = { open: 'accept', filled: 'fill', ended: 'cancel' } as const satisfies Record<string, OrderEvent>;
const SCANS_NEEDED = 2;

function recording(state: State, rules: Rules, who: Who, { saw, when }: Extract<Process, { at: 'looked' }>): State {
  if (saw !== 'none') return save(state, rules, who, EVENT_OF[saw], { at: 'idle' }, { hasOrderId: true });
  const alerted = { ...state, alerted: true };
  if (when !== 'settled') return become(alerted, who, { at: 'idle' });
  if (state.emptyScans === SCANS_NEEDED) return save(alerted, rules, who, 'vanish');
  const emptyScans = (state.emptyScans + 1) as State['emptyScans'];
  return freshOf(state, who)
    ? written(alerted, who, { at: 'idle' }, { emptyScans })
    : become(alerted, who, { at: 'idle' });
}

/** The conditional write of a process that read the record before. */
function save(
  state: State,
  rules: Rules,
  who: Who,
  event: OrderEvent,
  after: Process = { at: 'idle' },
  facts: Partial<State> = {},
): State {
  const moved = state.record === 'ABSENT' ? { kind: 'illegal' as const } : transition(state.record, event);
  const isAllowed = freshOf(state, who) || rules.savesBlindly === true;
  if (rules.savesBlindly === true && moved.kind === 'illegal') return become(state, who, after);
  if (moved.kind === 'illegal' || !isAllowed) return become(state, who, { at: 'idle' });
  return written(state, who, after, { ...facts, record: moved.status });
}

/** Read and written in one breath: nobody can come between. */
function saveNow(state: State, rules: Rules, who: Who, event: OrderEvent): State {
  return save(become(state, who, { at: 'ready', isFresh: true }), rules, who, event);
}

function written(state: State, who: Who, after: Process, facts: Partial<State>): State {
  const outdated = become({ ...state, ...facts }, who, after);
  const other = outdated.processes[1 - who] as Process;
  return become(outdated, (1 - who) as Who, other.at === 'idle' ? other : { ...other, isFresh: false });
}

function become(state: State, who: Who, process: Process): State {
  const [first, second] = state.processes;
  return { ...state, processes: who === 0 ? [process, second] : [first, process] };
}

function freshOf({ processes }: State, who: Who): boolean {
  const process = processes[who];
  return process.at !== 'idle' && process.isFresh;
}
