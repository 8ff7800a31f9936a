import { describe, expect, it } from 'vitest';
import { formatFaults, shown } from './fault.ts';

describe('formatFaults', () => {
  const fault = {
    file: 'policy.yaml',
    line: 7,
    path: 'policy.a',
    value: '16',
    problem: 'is too big',
    remedy: 'use 15',
  };

  it('says where, what, the value and the remedy', () => {
    expect(formatFaults([fault])).toBe('policy.yaml:7  policy.a = 16: is too big\n    -> use 15\n1 fault in 1 file');
  });

  it('puts the faults into reading order and counts them', () => {
    const text = formatFaults([fault, { ...fault, line: 3, path: 'policy.b' }, { ...fault, file: 'app.yaml' }]);

    expect(text.split('\n').filter((line) => line.includes('.yaml'))).toEqual([
      'app.yaml:7  policy.a = 16: is too big',
      'policy.yaml:3  policy.b = 16: is too big',
      'policy.yaml:7  policy.a = 16: is too big',
    ]);
    expect(text).toMatch(/3 faults in 2 files$/);
  });

  it('says a fault of a whole file without a path', () => {
    const missing = { ...fault, line: null, path: '', value: null, problem: 'the file is missing' };

    expect(formatFaults([missing])).toContain('policy.yaml  the file is missing\n');
  });
});

describe('shown', () => {
  it('cuts a long value short', () => {
    expect(shown(['a'], 'words '.repeat(40))).toMatch(/^"words .{53}\.\.\.$/);
  });

  it('names a list and a mapping by their size', () => {
    expect([shown(['a'], [1, 2]), shown(['a'], { b: 1 }), shown(['a'], null)]).toEqual([
      'a list of 2',
      'a mapping of 1',
      'null',
    ]);
  });
});
