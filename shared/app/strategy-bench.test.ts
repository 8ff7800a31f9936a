import { describe, expect, it } from 'vitest';
import {
  accountOf,
  BTC,
  breakout,
  configOf,
  positionOf,
  SLOT_MS,
  snapshotOf,
  symbolOf,
} from '../../test/core/world.ts';
import { decide } from '../core/cycle/decide.ts';
import { decodeInputs } from '../core/cycle/decode.ts';
import { encodeDecision, encodeInputs } from '../core/cycle/encode.ts';
import { type Candles, candlesFrom } from '../core/market/candles.ts';
import { strategyModules } from '../core/strategies/registry.ts';
import type { StrategyModule } from '../core/strategies/strategy.ts';
import { ok } from '../ports/answer.ts';
import type { MarketData } from '../ports/market-data.ts';
import { runCycle } from './run-cycle.ts';
import { benchedAt, withBench } from './strategy-bench.ts';
import { START_MS } from './testing/desk.ts';
import { deskOpener } from './testing/each-desk.ts';

const SLOW = 'donchian-breakout';
const MINUTE_MS = 60_000;

describe('[REQ-STR1] the bench', () => {
  const overran = [{ strategy: SLOW, elapsedMs: 501 }];

  it('holds a strategy that overran until its time is up, and not a millisecond longer', () => {
    const { benched } = withBench(accountOf(), overran, SLOT_MS, 120_000);

    expect(benched).toEqual({ [SLOW]: SLOT_MS + 120_000 });
    expect(benchedAt(benched, SLOT_MS + 119_999)).toEqual([SLOW]);
    expect(benchedAt(benched, SLOT_MS + 120_000)).toEqual([]);
  });

  it('is left as it is where nothing changed, and forgets who has sat long enough', () => {
    const benched = accountOf({ benched: { [SLOW]: SLOT_MS + 1 } });

    expect(withBench(benched, [], SLOT_MS, 120_000)).toBe(benched);
    expect(withBench(benched, [], SLOT_MS + 1, 120_000).benched).toEqual({});
  });

  it('starts anew for one that overran again, beside those that sit there already', () => {
    const account = accountOf({ benched: { 'classic-rules': SLOT_MS + 5 } });

    expect(withBench(account, overran, SLOT_MS, 10).benched).toEqual({
      'classic-rules': SLOT_MS + 5,
      [SLOW]: SLOT_MS + 10,
    });
  });
});

describe('[REQ-STR1] a benched strategy', () => {
  const symbols = [symbolOf(BTC, { closes: breakout() })];
  const asked = snapshotOf(symbols);
  const without = snapshotOf(symbols, { conditions: { benched: [SLOW] } });

  it('is not called, while the others are', () => {
    const calls: string[] = [];
    const both = configOf({ signals: { strategy: { 'time-series-momentum': { enabled: true } } } });
    const decision = decide(without, accountOf(), both, callsInto(calls));

    expect(decide(asked, accountOf(), configOf()).orders).toHaveLength(1);
    expect(decision.strategies.find(({ strategy }) => strategy === SLOW)).toEqual({
      strategy: SLOW,
      status: 'skipped (benched)',
      proposals_count: 0,
      detail: 'overran its time budget',
    });
    expect(calls).toEqual(['time-series-momentum']);
  });

  it('leaves its positions to their stops', () => {
    const account = accountOf({
      positions: { [BTC]: positionOf('1', { stop_price: symbols[0]?.quote?.ask ?? null }) },
    });

    expect(decide(without, account, configOf()).orders).toMatchObject([{ side: 'SELL', reason: 'stop' }]);
  });

  it('[I8] is an input like every other: read back, it gives the same decision, and an older archive has none', () => {
    const archived = encodeInputs(without, accountOf(), configOf());
    const { snapshot, account, config } = decodeInputs(archived);
    const older = decodeInputs(archived.replace(`"benched":["${SLOW}"],`, '').replace('"benched":{},', ''));

    expect(encodeDecision(decide(snapshot, account, config))).toBe(
      encodeDecision(decide(without, accountOf(), configOf())),
    );
    expect([older.snapshot.conditions.benched, older.account.benched]).toEqual([[], {}]);
  });
});

describe('[REQ-STR1] a cycle in which a strategy overruns', () => {
  const openDesk = deskOpener();

  it('alerts, benches it for the next cycles and has it back after its time', async () => {
    const desk = openDesk();
    let elapsedMs = 501;
    let readingMs = 0;
    const clock = {
      ...desk.ports.clock,
      monotonicMs: () => {
        readingMs += elapsedMs;
        return readingMs;
      },
    };
    const marketData: MarketData = {
      ...desk.ports.marketData,
      candles: async (_id, _interval, from, to) => ok(flatBars(from, to)),
    };
    const cycle = async (minute: number) => {
      const slotMs = START_MS + minute * MINUTE_MS;
      desk.nowMs = slotMs;
      const { decision } = await runCycle({ ...desk.ports, clock, marketData }, desk.settings, { slotMs });
      return decision?.strategies.find(({ strategy }) => strategy === SLOW)?.status;
    };

    expect(await cycle(0)).toBe('ran');
    expect(desk.alerts).toContainEqual(
      expect.objectContaining({
        fingerprint: `STRATEGY_OVERRUN:${SLOW}`,
        detail: 'took 501 ms of a cycle: not asked until 2026-01-01T00:02:00.000Z',
      }),
    );
    elapsedMs = 500;
    expect(await cycle(1)).toBe('skipped (benched)');
    expect(await cycle(2)).toBe('ran');
    expect(await cycle(3)).toBe('ran');
    expect((await desk.ports.accounts.load())?.benched).toEqual({});
  });
});

function flatBars(from: number, to: number): Candles {
  const flat = { open: 100, high: 100, low: 100, close: 100, volume: 1_000 };
  return candlesFrom(Array.from({ length: to - from + 1 }, (_, place) => ({ ...flat, index: from + place })));
}

function callsInto(calls: string[]): Readonly<Record<string, StrategyModule>> {
  const listened = Object.entries(strategyModules).map(([name, module]) => {
    const heard: StrategyModule = {
      ...module,
      bind(params) {
        const strategy = (module as StrategyModule).bind(params);
        return {
          ...strategy,
          generateProposals(view, state) {
            calls.push(name);
            return strategy.generateProposals(view, state);
          },
        };
      },
    };
    return [name, heard] as const;
  });
  return Object.fromEntries(listened);
}
