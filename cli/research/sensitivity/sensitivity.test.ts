import { expect, it } from 'vitest';
import { crossing } from './sensitivity.ts';

it('[REQ-BT2] finds where an edge dies, between two points in a straight line', () => {
  const at = (...values: readonly number[]) => crossing(values.map((value, i) => ({ at: i / 2, value })));

  expect(at(3, 1, -1)).toBe(0.75);
  expect(at(3, 0, -1)).toBe(0.5);
  expect(at(-1, -2)).toBe(0);
  expect(at(3, 2, 1)).toBeNull();
  expect(at()).toBeNull();
  // In whatever order they come.
  expect(
    crossing([
      { at: 2, value: -3 },
      { at: 0, value: 1 },
    ]),
  ).toBe(0.5);
});
