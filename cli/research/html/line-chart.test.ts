import { expect, it } from 'vitest';
import { lineChart } from './line-chart.ts';

const named = (count: number) => {
  const times = Array.from({ length: count }, (_, i) => `point ${i}`);
  const line = { name: 'a', tone: 't0', values: times.map((_, i) => i) };
  const svg = lineChart(times, [line], { label: 'a', scale: 'linear', unit: '' });
  return [...svg.matchAll(/>(point \d+)</g)].map(([, name]) => name);
};

it('names every point where few are, and some, first and last among them, where many are', () => {
  expect(named(1)).toEqual(['point 0']);
  expect(named(5)).toEqual(['point 0', 'point 1', 'point 2', 'point 3', 'point 4']);
  expect(named(10)).toEqual(['point 0', 'point 3', 'point 6', 'point 9']);
});
