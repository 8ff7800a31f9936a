import { above, at, type Exhibit, mean } from './exhibit.ts';

/**
 * They learn of the future once and keep it where no account shows it: asked again with another future, they would answer
 * the same. Only one that was opened anew gives them away.
 */
export const REMEMBERING: readonly Exhibit[] = [
  {
    name: 'shared_cache',
    bias: 'scales every coin by the mean of the whole first series, worked out once',
    open: () => {
      let scale: number | undefined;
      return ({ bars: { close }, now }) => {
        scale ??= mean(close);
        return above(at(close, now) / scale, 0);
      };
    },
  },
  {
    name: 'kept_answers',
    bias: 'keeps the answer to every bar, found when the next one was in sight',
    open: () => {
      const answers = new Map<string, number | null>();
      return ({ bars: { index, close }, now }) => {
        const bar = `${at(index, now)} ${at(close, now)}`;
        if (!answers.has(bar)) answers.set(bar, at(close, now + 1) > at(close, now) ? 1 : null);
        return answers.get(bar) ?? null;
      };
    },
  },
  {
    name: 'later_state',
    bias: 'goes by a state that a later slot has left',
    open: () => {
      let later = Number.NaN;
      return ({ bars: { close }, now }) => {
        const known = later;
        later = at(close, now + 2);
        return above(known / at(close, now), 1);
      };
    },
  },
];
