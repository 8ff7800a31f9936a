import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GATE_SEED, lawsOf } from './settings.ts';

describe('the laws of the tests', () => {
  it('are asked with the same seed by everybody, and with others where somebody names them', () => {
    expect(lawsOf({})).toEqual({ seed: GATE_SEED, numRuns: 100 });
    expect(lawsOf({ LAWS_SEED: '7', LAWS_CASES: '5000' })).toEqual({ seed: 7, numRuns: 5_000 });
    expect(fc.readConfigureGlobal(), 'as this very run was told').toEqual(lawsOf(process.env));
  });

  it('are not left unasked by a word that is no number', () => {
    expect(() => lawsOf({ LAWS_CASES: 'many' })).toThrow('LAWS_CASES many is not a whole number above 0');
    expect(() => lawsOf({ LAWS_CASES: '0' })).toThrow('LAWS_CASES 0 is not');
    expect(() => lawsOf({ LAWS_SEED: '' })).toThrow('LAWS_SEED  is not');
  });
});
