import { above, at, deviation, type Exhibit, mean, type Peek } from './exhibit.ts';
import { PEEKING } from './peeking.ts';
import { REMEMBERING } from './remembering.ts';

const forgetful = ({ signal, ...peek }: Peek): Exhibit => ({ ...peek, open: () => signal });

/** One of each kind that is known from published strategies and from our own mistakes. */
export const EXHIBITS: readonly Exhibit[] = [...PEEKING.map(forgetful), ...REMEMBERING];

/** Honest ones, which must not be accused: what they use was known. */
const HONEST: readonly Peek[] = [
  {
    name: 'momentum',
    bias: 'the return of the last ten closed bars',
    signal: ({ bars: { close }, now }) => above(at(close, now) / at(close, now - 10) - 1, 0),
  },
  {
    name: 'trailing_normalisation',
    bias: 'mean and deviation of the last hundred closed bars',
    signal: ({ bars: { close }, now }) => {
      const known = close.slice(now - 99, now + 1);
      return above((at(close, now) - mean(known)) / deviation(known), 0);
    },
  },
];

export const CONTROLS: readonly Exhibit[] = HONEST.map(forgetful);
