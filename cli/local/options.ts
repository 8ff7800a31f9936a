import { resolve } from 'node:path';
import type { Stage } from '../../shared/config/stages.ts';
import { INTERVAL_MS, type Interval } from '../../shared/core/market/interval.ts';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import { UserError } from '../user-error.ts';

export const SOURCES = ['synthetic', 'replay', 'public'] as const;
export const EXCHANGES = ['simulator', 'coinbase'] as const;
export type Source = (typeof SOURCES)[number];

/** The flags as typed, already checked one by one. */
export interface LocalFlags {
  readonly mode?: 'dry_run' | 'paper' | 'live';
  readonly exchange?: (typeof EXCHANGES)[number];
  readonly source: Source;
  readonly data?: string;
  readonly interval?: Interval;
  readonly from?: number;
  readonly to?: number;
  readonly seed: number;
  readonly speed?: number | 'max';
  readonly cycles?: number;
  readonly state?: string;
  readonly stage: Stage;
  readonly config: string;
  readonly decisions?: string;
  readonly json?: true;
}

/** A run that makes sense as a whole. */
export interface LocalRun extends Omit<LocalFlags, 'mode' | 'exchange' | 'speed' | 'state' | 'data' | 'json'> {
  /** undefined: as the stage says. */
  readonly mode: Mode | undefined;
  readonly exchange: Venue;
  readonly data: string | undefined;
  /** Virtual seconds per second; 'max' waits for nothing; 'wall' is the real time. */
  readonly pace: number | 'max' | 'wall';
  /** The folder named on the command line; undefined: the default one. */
  readonly state: string | undefined;
  readonly isJson: boolean;
}

/** Fast enough to see trades within a minute, slow enough to read along: a minute's bar each quarter of a second. */
const WATCHABLE_SPEED = INTERVAL_MS['1m'] / 250;

type Venue = (typeof EXCHANGES)[number];

/** Combinations that make no sense or are not permitted, each with what to do instead. */
const REFUSALS: readonly {
  readonly when: (flags: LocalFlags, venue: Venue) => boolean;
  readonly say: string;
}[] = [
  {
    when: ({ mode }, venue) => mode === 'live' && venue === 'coinbase',
    say: 'LIVE on Coinbase is for a deployed stage, which its gates guard: use --exchange simulator here, or docs/deploy.md',
  },
  {
    when: ({ source }, venue) => (source === 'public') !== (venue === 'coinbase'),
    say: "--source public and --exchange coinbase belong together: the market is the exchange's own",
  },
  {
    when: ({ source, speed }) => source === 'public' && speed !== undefined,
    say: '--speed cannot hurry the real market of --source public',
  },
  {
    when: ({ source, from, to }) => source === 'public' && (from !== undefined || to !== undefined),
    say: '--from and --to are for synthetic and replayed markets',
  },
  {
    when: ({ source, data }) => source === 'replay' && data === undefined,
    say: '--source replay needs --data DIR, a folder with candle files',
  },
  {
    when: ({ source, data }) => source !== 'replay' && data !== undefined,
    say: '--data is read by --source replay only',
  },
  {
    when: ({ from, to }) => from !== undefined && to !== undefined && from >= to,
    say: '--from must be before --to',
  },
];

/** Puts the flags together. Throws a UserError for combinations that make no sense or are not permitted. */
export function localRun(flags: LocalFlags): LocalRun {
  const { mode, exchange, source, data, speed, state, json, ...rest } = flags;
  const venue = exchange ?? (source === 'public' ? 'coinbase' : 'simulator');
  const refusal = REFUSALS.find(({ when }) => when(flags, venue));
  if (refusal !== undefined) throw new UserError(refusal.say);
  return {
    ...rest,
    source,
    exchange: venue,
    mode: mode && MODE_OF[mode],
    data: data && resolve(data),
    pace: source === 'public' ? 'wall' : (speed ?? WATCHABLE_SPEED),
    state: state && resolve(state),
    isJson: json === true,
  };
}

const MODE_OF = { dry_run: 'DRY_RUN', paper: 'PAPER', live: 'LIVE' } as const;

/** Where the state lives unless a folder was named. */
export function defaultStateDir(mode: Mode, { source, seed }: Pick<LocalRun, 'source' | 'seed'>): string {
  return resolve('.state', `${mode.toLowerCase()}-${source}-${seed}`);
}
