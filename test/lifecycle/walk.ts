import { isTerminal } from '../../shared/core/execution/lifecycle.ts';
import { nextStates, type Rules, START, type State } from './model.ts';

export interface Walk {
  /** Different states that can be reached. */
  readonly states: number;
  readonly moves: number;
  /** The longest way from the start by shortest paths: nothing lies beyond it. */
  readonly depth: number;
  /** Broken properties in words, each with a shortest way there. */
  readonly violations: readonly string[];
}

/** States and moves of entries and exits together: every path of every order the bot can send. */
export function walkLifecycle(): Walk {
  const walks = [false, true].map((isExit) => walk({ isExit }));
  return {
    states: walks.reduce((sum, { states }) => sum + states, 0),
    moves: walks.reduce((sum, { moves }) => sum + moves, 0),
    depth: Math.max(...walks.map(({ depth }) => depth)),
    violations: walks.flatMap(({ violations }) => violations),
  };
}

/** Whether a planted fault breaks a property. It looks no further than the first path that does. */
export function breaksProperty(planted: Omit<Rules, 'isExit'>, property: string): boolean {
  return walk({ isExit: false, ...planted }, property).violations.some((word) => word.startsWith(property));
}

interface Place {
  readonly state: State;
  readonly depth: number;
  readonly from: string | null;
  /** Every state from which a move leads here. */
  readonly before: string[];
}

interface Search {
  readonly rules: Rules;
  /** Every state so far, in the order in which it was first reached. */
  readonly places: Map<string, Place>;
  /** Property -> the first state in which it was broken. */
  readonly broken: Map<string, string>;
  moves: number;
}

function walk(rules: Rules, until: string | null = null): Walk {
  const first: Place = { state: START, depth: 0, from: null, before: [] };
  const search: Search = { rules, places: new Map([[keyOf(START), first]]), broken: new Map(), moves: 0 };
  const { places, broken } = search;
  // A Map hands out what is added while it is walked: breadth first.
  for (const [key, place] of places) {
    expand(search, key, place);
    if (until !== null && broken.has(until)) break;
  }
  for (const key of until === null ? stuckStates(places) : []) broken.set('a path that can no longer end', key);
  return {
    states: places.size,
    moves: search.moves,
    depth: [...places.values()].at(-1)?.depth ?? 0,
    violations: [...broken].map(([word, key]) => `${word}: ${wayTo(places, key)}`),
  };
}

function expand(search: Search, key: string, { state, depth }: Place): void {
  const { rules, places, broken } = search;
  for (const next of nextStates(state, rules)) {
    search.moves += 1;
    const nextKey = keyOf(next);
    const known = places.get(nextKey);
    if (known === undefined) places.set(nextKey, { state: next, depth: depth + 1, from: key, before: [key] });
    else known.before.push(key);
    for (const word of brokenBy(state, next, rules)) broken.set(word, broken.get(word) ?? nextKey);
  }
}

/** The published properties, asked at every move. */
function brokenBy(from: State, to: State, rules: Rules): readonly string[] {
  const claims = [...aboutSending(to, rules), ...aboutReservations(from, to), ...aboutDoubt(to)];
  return claims.filter(([isBroken]) => isBroken).map(([, word]) => word);
}

type Claims = readonly (readonly [isBroken: boolean, word: string])[];

function aboutSending({ posts, made }: State, { isExit }: Rules): Claims {
  return [
    [!isExit && posts > 1, 'an entry is posted twice'],
    [made > 1, 'one id makes two orders'],
  ];
}

function aboutReservations(from: State, to: State): Claims {
  const isGone = from.reserved && !to.reserved;
  return [
    [!from.reserved && to.reserved, 'a reservation comes back'],
    [mayStillFill(to) && !to.reserved, 'an order may fill without a reservation'],
    [mayStillFill(to) && isEnded(to), 'a record has ended while the order may still fill'],
    [isGone && !isEnded(to), 'a reservation goes before the order has ended'],
    [!to.reserved && to.exchange === 'filled' && !to.booked, 'a fill is not booked when the reservation goes'],
  ];
}

function aboutDoubt({ record, emptyScans, alerted, exchange }: State): Claims {
  return [
    [record === 'UNKNOWN' && emptyScans > 0 && !alerted, 'an order stays UNKNOWN without an alert'],
    [record === 'NOT_PLACED' && !alerted, 'an order vanishes without an alert'],
    [record === 'NOT_PLACED' && exchange !== 'none', 'an order is declared not placed that was'],
  ];
}

/** What arrives where the order is already makes no second one. */
function mayStillFill({ exchange, onTheWire }: State): boolean {
  return exchange === 'open' || (onTheWire && exchange === 'none');
}

function isEnded({ record }: State): boolean {
  return record !== 'ABSENT' && isTerminal(record);
}

/** States from which no path leads to an end (terminal, and nothing reserved). */
function stuckStates(places: ReadonlyMap<string, Place>): readonly string[] {
  const isDone = ({ state }: Place) => isEnded(state) && !state.reserved;
  const ending = new Set([...places].filter(([, place]) => isDone(place)).map(([key]) => key));
  // A Set as well hands out what is added while it is walked.
  for (const key of ending) for (const earlier of places.get(key)?.before ?? []) ending.add(earlier);
  return [...places.keys()].filter((key) => !ending.has(key)).slice(0, 1);
}

function wayTo(places: ReadonlyMap<string, Place>, key: string): string {
  const way: string[] = [];
  for (let at: string | null = key; at !== null; at = places.get(at)?.from ?? null)
    way.unshift(wordsOf(places.get(at)?.state));
  return way.join(' > ');
}

function wordsOf(state: State | undefined): string {
  if (state === undefined) return '?';
  const { record, exchange, time, posts, reserved, processes } = state;
  return `${record}/${exchange}/${time}/posts ${posts}/${reserved ? 'reserved' : 'free'}/${processes.map(({ at }) => at).join('+')}`;
}

/** The two processes are alike: states that differ only in who is who are one. */
function keyOf(state: State): string {
  const { processes, ...rest } = state;
  return JSON.stringify([Object.values(rest), processes.map((process) => Object.values(process).join()).sort()]);
}
