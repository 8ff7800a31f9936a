import { mixKeys, streamOf, textKey } from './random.ts';

/** What the market does for one segment. The drift is the log return of the whole segment. */
export interface Regime {
  readonly name: string;
  readonly drift: number;
  readonly volatilityFactor: number;
  readonly volumeFactor: number;
}

export const SEGMENT_MINUTES = 120;
export const SEGMENTS_PER_DAY = 1440 / SEGMENT_MINUTES;
/** Half a day leans to one side, so trends last longer than a segment. */
const SEGMENTS_PER_MOOD = 6;

const CHOP: Regime = { name: 'chop', drift: 0, volatilityFactor: 0.8, volumeFactor: 0.8 };
const UP: Regime = { name: 'up', drift: 0.007, volatilityFactor: 1, volumeFactor: 1.2 };
const DOWN: Regime = { name: 'down', drift: -0.007, volatilityFactor: 1.1, volumeFactor: 1.2 };
const CRASH: Regime = { name: 'crash', drift: -0.045, volatilityFactor: 3, volumeFactor: 4 };
const SURGE: Regime = { name: 'surge', drift: 0.028, volatilityFactor: 2, volumeFactor: 2.5 };

/** Shares of the regimes in each mood, as upper bounds of a uniform draw. */
const MOODS: readonly (readonly (readonly [upTo: number, regime: Regime])[])[] = [
  [
    [0.7, CHOP],
    [0.84, UP],
    [0.98, DOWN],
    [1, SURGE],
  ],
  [
    [0.35, CHOP],
    [0.85, UP],
    [0.92, DOWN],
    [1, SURGE],
  ],
  [
    [0.35, CHOP],
    [0.43, UP],
    [0.9, DOWN],
    [1, CRASH],
  ],
];

/** The regime of a segment (absolute index: minute / 120). */
export function regimeAt(seed: number, segment: number): Regime {
  const mood = mixKeys(seed, textKey('mood'), Math.floor(segment / SEGMENTS_PER_MOOD)) % MOODS.length;
  const draw = mixKeys(seed, textKey('regime'), segment) / 4_294_967_296;
  const shares = MOODS[mood] as (typeof MOODS)[number];
  return shares.find(([upTo]) => draw < upTo)?.[1] ?? CHOP;
}

/** A coin's own trends: the log return of each segment of a day that the market does not explain. */
export function ownDrifts(seed: number, symbolKey: number, day: number, minuteVolatility: number): readonly number[] {
  const random = streamOf(seed, textKey('own drift'), symbolKey, day);
  return Array.from({ length: SEGMENTS_PER_DAY }, () => {
    const draw = random.next();
    const size = minuteVolatility * (8 + 16 * random.next());
    if (draw < 0.14) return size;
    return draw < 0.28 ? -size : 0;
  });
}
