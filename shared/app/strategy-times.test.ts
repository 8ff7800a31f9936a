import { describe, expect, it } from 'vitest';
import { accountOf, BTC, breakout, configOf, ETH, snapshotOf, symbolOf } from '../../test/core/world.ts';
import { canonicalJson } from '../core/cycle/canonical-json.ts';
import { decide } from '../core/cycle/decide.ts';
import { strategyModules } from '../core/strategies/registry.ts';
import type { StrategyModule } from '../core/strategies/strategy.ts';
import type { Alert, Notifier } from '../ports/notifier.ts';
import { raiseOverruns, timedStrategies } from './strategy-times.ts';

/** Every reading is later than the one before by the next of these. */
function clockOf(...steps: readonly number[]) {
  let now = 0;
  let reading = 0;
  return {
    monotonicMs: () => {
      now += steps[reading % steps.length] as number;
      reading += 1;
      return now;
    },
  };
}

const snapshot = snapshotOf([symbolOf(BTC, { closes: breakout() }), symbolOf(ETH)]);
const account = accountOf();
const config = configOf();

describe('[REQ-STR1] strategy times', () => {
  it('[I8] leave the decision as it is, byte for byte, however slow the machine', () => {
    const plain = canonicalJson(decide(snapshot, account, config));

    for (const elapsedMs of [0, 1, 1e9]) {
      const times = timedStrategies(clockOf(0, elapsedMs), { budgetMs: 500, modules: strategyModules });
      expect(canonicalJson(decide(snapshot, account, config, times.modules))).toBe(plain);
    }
  });

  it('name the strategy that took longer than its budget, with its longest time', () => {
    const times = timedStrategies(clockOf(0, 501), { budgetMs: 500, modules: strategyModules });
    expect(times.overruns()).toEqual([]);
    decide(snapshot, account, config, times.modules);

    expect(times.overruns()).toEqual([{ strategy: 'donchian-breakout', elapsedMs: 501 }]);
  });

  it('allow exactly the budget', () => {
    const times = timedStrategies(clockOf(0, 500), { budgetMs: 500, modules: strategyModules });
    decide(snapshot, account, config, times.modules);

    expect(times.overruns()).toEqual([]);
  });

  it('also see the one that throws in the end, and pass its error on', () => {
    const throwing: StrategyModule = {
      ...(strategyModules['donchian-breakout'] as StrategyModule),
      bind: () => ({
        name: 'donchian-breakout',
        warmupBars: 20,
        generateProposals: () => {
          throw new Error('no such bar');
        },
      }),
    };
    const times = timedStrategies(clockOf(0, 900), {
      budgetMs: 500,
      modules: { ...strategyModules, 'donchian-breakout': throwing },
    });
    const { strategies } = decide(snapshot, account, config, times.modules);

    expect(strategies.find(({ strategy }) => strategy === 'donchian-breakout')?.detail).toBe('Error: no such bar');
    expect(times.overruns()).toEqual([{ strategy: 'donchian-breakout', elapsedMs: 900 }]);
  });

  it('[REQ-AL1] are told under a fingerprint that carries no figures', async () => {
    const alerts: Alert[] = [];
    const notifier: Notifier = {
      notify: async (raised) => {
        alerts.push(raised);
      },
    };
    const clock = { nowMs: () => 7, monotonicMs: () => 0, sleep: async () => {} };
    await raiseOverruns({ notifier, clock }, [{ strategy: 'classic-rules', elapsedMs: 600.4 }], 60_000);

    expect(alerts).toMatchObject([
      {
        fingerprint: 'STRATEGY_OVERRUN:classic-rules',
        severity: 'WARNING',
        detail: 'took 600 ms of a cycle: not asked until 1970-01-01T00:01:00.000Z',
      },
    ]);
  });
});
