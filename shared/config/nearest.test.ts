import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

describe('nearest', () => {
  const known = ['max_drawdown_pct', 'max_open_positions', 'interval', 'mode'];

  it.each([
    ['max_drawdwon_pct', 'max_drawdown_pct'],
    ['MAX_OPEN_POSITION', 'max_open_positions'],
    ['intervall', 'interval'],
    ['mod', 'mode'],
  ])('guesses that %s means %s', (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });

  it.each(['dashboard', 'zzz', 'leverage'])('does not guess at %s', (word) => {
    expect(nearest(word, known)).toBeUndefined();
  });

  it('takes the closest of several', () => {
    expect(nearest('taker_fee', ['maker_fees', 'taker_fees'])).toBe('taker_fees');
  });
});
