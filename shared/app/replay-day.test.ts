import { describe, expect, it } from 'vitest';
import { accountOf, BTC, configOf, SLOT_MS, SOL, snapshotOf, symbolOf } from '../../test/core/world.ts';
import type { RaisedAlert } from '../core/alerts/keep-alerts.ts';
import { decide } from '../core/cycle/decide.ts';
import { encodeCycle } from '../core/cycle/encode.ts';
import type { Evidence } from '../core/gates/evidence.ts';
import type { Mode } from '../core/portfolio/account.ts';
import type { CycleDay } from '../ports/day-archive.ts';
import { judgeYesterday } from './judge-day.ts';
import { replayDay, spread } from './replay-day.ts';

const DAY_MS = 86_400_000;
const DAY = Math.floor(SLOT_MS / DAY_MS) * DAY_MS;
const inputs = { snapshot: snapshotOf([symbolOf(BTC), symbolOf(SOL)]), account: accountOf(), config: configOf() };
const decision = decide(inputs.snapshot, inputs.account, inputs.config);
const RIGHT = encodeCycle(inputs, decision, '1');
const WRONG = RIGHT.replace('"outcome":"no_order"', '"outcome":"order"');
const promotedTo = (to: 'PAPER' | 'LIVE_CANARY'): Evidence => {
  const bound = { at_ms: DAY, code_version: '1', risk_hash: 'r' };
  return { kind: 'confirmation', ...bound, to, by: 'somebody', expires_ms: DAY + 100 * DAY_MS, caps: {} };
};
const REACHED = [promotedTo('PAPER'), promotedTo('LIVE_CANARY')];
const LIMITS = { codeVersion: '1', budgetMs: 1_000 };
const slotsOf = (count: number) => Array.from({ length: count }, (_, i) => DAY + i * 60_000);

/** A day on which the cycles of these positions are decided otherwise; every look at the clock costs `tickMs`. */
function day(count: number, wrong: readonly number[] = [], tickMs = 0) {
  const slots = slotsOf(count);
  let now = 0;
  const archive: CycleDay = {
    slotsOf: async (dayMs) => (dayMs === DAY ? slots : []),
    get: async (slotMs) => (wrong.includes(slots.indexOf(slotMs)) ? WRONG : RIGHT),
  };
  const clock = {
    nowMs: () => DAY + DAY_MS + 6 * 3_600_000,
    monotonicMs: () => {
      now += tickMs;
      return now;
    },
    sleep: async () => undefined,
  };
  return { archive, clock, slots };
}

describe('the replay of a day', () => {
  it('[I8] decides every archived cycle again and finds nothing in a day that was decided so', async () => {
    expect(await replayDay(day(40), DAY, LIMITS)).toEqual({
      day: new Date(DAY).toISOString().slice(0, 10),
      cycles: 40,
      replayed: 40,
      of_other_code: 0,
      drifted: [],
    });
  });

  it('[I8] names the slot of every cycle that is decided otherwise, and of one that is gone', async () => {
    const { slots, ...parts } = day(40, [3, 31]);
    const lost: CycleDay = {
      ...parts.archive,
      get: async (at) => (at === slots[7] ? undefined : parts.archive.get(at)),
    };

    expect((await replayDay({ ...parts, archive: lost }, DAY, LIMITS)).drifted).toEqual([
      slots[3],
      slots[7],
      slots[31],
    ]);
  });

  it('[I8] leaves what another version of the code decided, readable or not, and says how many they were', async () => {
    const { slots, ...parts } = day(40, [3, 31]);
    // Deployed at noon: what came before is of a version that wrote another format, and decided otherwise.
    const before = WRONG.replace('"code_version":"1"', '"code_version":"0"').replace('"format":', '"format":1');
    const deployed: CycleDay = {
      ...parts.archive,
      get: async (at) => (at < (slots[20] as number) ? before : parts.archive.get(at)),
    };

    expect(await replayDay({ ...parts, archive: deployed }, DAY, LIMITS)).toMatchObject({
      cycles: 40,
      replayed: 20,
      of_other_code: 20,
      drifted: [slots[31]],
    });
  });

  it('stops when its time is over, and says how far it came', async () => {
    const seen = await replayDay(day(100, [], 10), DAY, { ...LIMITS, budgetMs: 25 });

    expect(seen).toMatchObject({ cycles: 100, replayed: 32 });
  });

  it.each([1, 2, 7, 100, 1_440])('takes %i cycles so that every beginning is spread over the day', (count) => {
    const order = spread(slotsOf(count));

    expect(new Set(order)).toEqual(new Set(slotsOf(count)));
    const hours = order.slice(0, 64).map((slot) => Math.floor((slot - DAY) / 60_000 / (count / 4)));
    if (count >= 100)
      for (const quarter of [0, 1, 2, 3]) expect(hours.filter((at) => at === quarter).length).toBeGreaterThan(10);
  });
});

describe('the judgement on yesterday', () => {
  async function judged(mode: Mode, wrong: readonly number[], code_version = '1') {
    const filed: Evidence[] = [];
    const told: (readonly string[])[] = [];
    const evidence = {
      all: async () => REACHED,
      find: async () => undefined,
      save: async (fresh: Evidence) => {
        filed.push(fresh);
        return 'saved' as const;
      },
    };
    const notifier = {
      notify: async ({ kind, status, detail }: RaisedAlert) => void told.push([kind, status, detail]),
    };
    const binding = { code_version, risk_hash: 'r' };
    await judgeYesterday({ ...day(20, wrong), evidence, notifier }, { mode, botId: 'bot', binding, budgetMs: 1_000 });
    return { filed, told };
  }

  it('[I8] [REQ-M1] takes LIVE back to PAPER over drift, and says what drifted', async () => {
    const { filed, told } = await judged('LIVE', [4]);

    expect(filed).toMatchObject([
      { kind: 'demotion', to: 'PAPER', reason: expect.stringMatching(/^parity drift: 1 of 20 /) },
    ]);
    expect(told).toEqual([
      ['PARITY_DRIFT', 'open', expect.stringMatching(/^1 of 20 replayed cycles of .* the first that of .*T00:04/)],
      ['DEMOTED', 'open', expect.stringMatching(/^parity drift/)],
    ]);
  });

  it('says it in PAPER and files nothing: there is nothing below it to go back to', async () => {
    const { filed, told } = await judged('PAPER', [4]);

    expect(filed).toEqual([]);
    expect(told).toEqual([['PARITY_DRIFT', 'open', expect.any(String)]]);
  });

  it('says that nothing was compared, and demotes nobody, where all was decided by other code', async () => {
    const { filed, told } = await judged('LIVE', [4], '2');

    expect(filed).toEqual([]);
    const nothing = /^nothing of .* was compared: another version of the code decided all 20 cycles$/;
    expect(told).toEqual([['PARITY_DRIFT', 'open', expect.stringMatching(nothing)]]);
  });

  it('ends the alert with a day that replays without a difference', async () => {
    const { filed, told } = await judged('LIVE', []);

    expect(filed).toEqual([]);
    expect(told).toEqual([['PARITY_DRIFT', 'resolved', expect.stringMatching(/^none on /)]]);
  });
});
