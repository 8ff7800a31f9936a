import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { configOf } from '../../../test/core/world.ts';
import { bindStrategies, type StrategyModules, withoutBenched } from './bind.ts';
import { strategyModules } from './registry.ts';

const { signals } = configOf();

test('what was bound is bound once for the same settings and modules', () => {
  expect(bindStrategies(signals, strategyModules)).toBe(bindStrategies(signals, strategyModules));
  expect(bindStrategies(signals, { ...strategyModules })).not.toBe(bindStrategies(signals, strategyModules));
});

test('one on the bench is bound without what it could be asked, and the others stay what they are', () => {
  const bound = bindStrategies(signals, strategyModules);
  const ready = bound.filter(({ kind }) => kind === 'ready').map(({ name }) => name);
  const [slow, other] = ready as [string, string];
  const left = withoutBenched(bound, [slow]);

  expect(left.find(({ name }) => name === slow)).toEqual({ kind: 'benched', name: slow });
  expect(left.find(({ name }) => name === other)).toBe(bound.find(({ name }) => name === other));
});

test('a process that binds anew in every cycle, to time it, keeps nothing of the cycles before', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const bound = Array.from({ length: 20 }, () => {
    const modules: StrategyModules = { ...strategyModules };
    return new WeakRef(bindStrategies(signals, modules));
  });
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(bound.filter((each) => each.deref() !== undefined)).toEqual([]);
});
