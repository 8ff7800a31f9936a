import { describe, expect, it } from 'vitest';
import { halt, haltOnce } from './halt.ts';
import { loadHaltRecord } from './halt-record.ts';
import { approvedOrder, BTC, type Desk } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';
import { restingOrders } from './testing/resting-orders.ts';
import { restInBooks } from './testing/steps.ts';
import { tradeMinute } from './testing/traded-minutes.ts';
import { updateAccount } from './update-account.ts';
import { watchKillSwitch } from './watch-kill-switch.ts';

const REQUEST = { reason: 'drill', source: 'operator' };

let desk: Desk;
eachDesk((opened) => {
  desk = opened;
});

describe('halting', () => {
  it('[REQ-K1] alerts first and records why, who and when', async () => {
    await halt(desk.ports, desk.settings, REQUEST);

    expect(desk.alerts[0]).toMatchObject({ severity: 'CRITICAL', detail: 'drill' });
    expect((await desk.ports.facts.load('halt'))?.value).toMatchObject({
      halt_reason: 'drill',
      source: 'operator',
      at_ms: desk.alerts[0]?.at_ms,
      remaining: [],
    });
  });

  it('[REQ-K1] [I2] withdraws what waits in the queue, so that its message finds nothing to send', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);

    const report = await halt(desk.ports, desk.settings, REQUEST);
    await drain(desk);

    expect(report.withdrawn).toBe(1);
    expect(desk.posted).toEqual([]);
    expect((await desk.ports.accounts.load())?.working).toEqual({});
  });

  it('[REQ-K1] withdraws no sale that an operator ordered under the pulled switch', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    await drain(desk);
    desk.kill = { kind: 'killed', reason: 'out', flatten: true };
    desk.nowMs += 60_000;
    const sale = approvedOrder(desk, { side: 'SELL', limit: '99', quantity: '0.1', reason: 'flatten' });
    await cycleWith(desk.ports, desk.settings, [sale, approvedOrder(desk, { nonce: 'e2' })]);

    const report = await halt(desk.ports, desk.settings, REQUEST);

    expect(report.withdrawn).toBe(1);
    expect(Object.keys((await desk.ports.accounts.load())?.working ?? {})).toEqual([sale.client_order_id]);
  });

  it('[REQ-K1] [I2] leaves alone what a worker claimed in the same moment: it is on its way to the exchange', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    const save = async () => 'stale' as const;

    const report = await halt({ ...desk.ports, orders: { ...desk.ports.orders, save } }, desk.settings, REQUEST);

    expect(report.withdrawn).toBe(0);
    expect(Object.keys((await desk.ports.accounts.load())?.working ?? {})).toHaveLength(1);
  });

  it('[REQ-K1] cancels every working order of the bot, reads it back and books what filled meanwhile', async () => {
    const restored = await restingOrders(desk, 3);

    const report = await halt({ ...desk.ports, exchange: restored.exchange }, desk.settings, REQUEST);

    expect(report).toMatchObject({ found: 3, remaining: [], faults: [] });
    expect(restored.cancelled.sort()).toEqual(['o0', 'o1', 'o2']);
  });

  it('[REQ-K1] tries again when listing or cancelling fails, and reports what is left', async () => {
    const flaky = await restingOrders(desk, 2, { failures: 2 });
    const dead = await restingOrders(desk, 2, { failures: 1_000 });

    const recovered = await halt({ ...desk.ports, exchange: flaky.exchange }, desk.settings, REQUEST);
    const stuck = await halt({ ...desk.ports, exchange: dead.exchange }, desk.settings, REQUEST);

    expect(recovered).toMatchObject({ found: 2, remaining: [], faults: [] });
    expect(stuck.faults).toEqual(['open orders: unavailable: down']);
  });

  it('leaves the orders of somebody else alone', async () => {
    const foreign = await restingOrders(desk, 1, { prefix: 'someone' });

    const report = await halt({ ...desk.ports, exchange: foreign.exchange }, desk.settings, REQUEST);

    expect(report.found).toBe(0);
    expect(foreign.cancelled).toEqual([]);
  });

  it('[REQ-K1] measures from the flip, in the record as in the report', async () => {
    const flippedAtMs = desk.nowMs - 700;
    const report = await halt(desk.ports, desk.settings, { ...REQUEST, flippedAtMs });

    expect(report).toMatchObject({ detect_ms: 700, alert_ms: 700, cancelled_ms: expect.any(Number) });
    expect((await desk.ports.facts.load('halt'))?.value).toMatchObject({
      flipped_at_ms: flippedAtMs,
      detect_ms: 700,
      cancelled_ms: report.cancelled_ms,
    });
  });

  it('[REQ-K1] cancels on the exchange even when neither table nor topic answers', async () => {
    const working = await restingOrders(desk, 3);
    const down = async () => {
      throw new Error('nobody there');
    };
    const report = await halt(
      {
        ...desk.ports,
        exchange: working.exchange,
        accounts: { load: down, save: down },
        facts: { load: down, save: down },
        notifier: { notify: down },
      },
      desk.settings,
      REQUEST,
    );

    expect(working.cancelled).toHaveLength(3);
    expect(report).toMatchObject({ found: 3, withdrawn: 0, remaining: [], alert_ms: null });
    expect(report.faults).toEqual(expect.arrayContaining(['account: nobody there', 'alert: nobody there']));
  });

  it('[REQ-K1] leaves the stops behind positions only where the config says so', async () => {
    const kept = await withStop(desk);
    const report = await halt(
      { ...desk.ports, exchange: kept.exchange },
      { ...desk.settings, keepProtectiveStops: true },
      REQUEST,
    );
    expect(report).toMatchObject({ found: 1, kept: 1, remaining: [] });
    expect(kept.cancelled).toEqual(['o1']);

    const gone = await withStop(desk);
    expect(await halt({ ...desk.ports, exchange: gone.exchange }, desk.settings, REQUEST)).toMatchObject({ found: 2 });
    expect(gone.cancelled.sort()).toEqual(['o0', 'o1']);
  });

  it('[REQ-K1] leaves no stop where the books cannot say which one it is, whatever the config says', async () => {
    const { exchange, cancelled } = await withStop(desk);
    const load = async () => Promise.reject(new Error('throttled'));
    const ports = { ...desk.ports, exchange, accounts: { ...desk.ports.accounts, load } };
    await halt(ports, { ...desk.settings, keepProtectiveStops: true }, REQUEST);

    expect(cancelled.sort()).toEqual(['o0', 'o1']);
  });

  it('[REQ-K1] [I6] books what an order fills between the listing and the cancel', async () => {
    await restInBooks(desk);
    expect(Object.values((await desk.ports.accounts.load())?.working ?? {})).toMatchObject([{ status: 'WORKING' }]);

    const tooLate: Desk['exchange']['cancel'] = async (ids) => {
      tradeMinute(desk, { low: 95 });
      return desk.exchange.cancel(ids);
    };
    const report = await halt(
      { ...desk.ports, exchange: { ...desk.ports.exchange, cancel: tooLate } },
      desk.settings,
      REQUEST,
    );

    expect(report).toMatchObject({ found: 1, remaining: [], faults: [] });
    const account = await desk.ports.accounts.load();
    expect(account?.working).toEqual({});
    expect(Object.keys(account?.positions ?? {})).toEqual(['BTC-USD']);
  });

  it.each([
    ['does not tell of: it lags, or calls it by a word that nobody asked for', { kind: 'ok', value: [] }],
    ['cannot tell of at all', { kind: 'unavailable', message: 'down' }],
  ] as const)('[REQ-K1] [I6] cancels and books an order that the books know and the list %s', async (_name, answer) => {
    await restInBooks(desk);
    const exchange = { ...desk.ports.exchange, openOrders: async () => answer };

    const report = await halt({ ...desk.ports, exchange }, desk.settings, REQUEST);

    expect(await desk.exchange.openOrders()).toEqual({ kind: 'ok', value: [] });
    expect((await desk.ports.accounts.load())?.working).toEqual({});
    // A list that was never read may hold what the books have lost.
    expect(report.faults).toEqual(answer.kind === 'ok' ? [] : ['open orders: unavailable: down']);
    expect(report).toMatchObject({ found: 1, remaining: [] });
  });

  it('[REQ-K1] asks again for the end of an order that no list tells of, when the first cancel did not get through', async () => {
    await restInBooks(desk);
    let failures = 1;
    const cancel: Desk['exchange']['cancel'] = async (ids) => {
      failures -= 1;
      return failures >= 0 ? { kind: 'unavailable', message: 'down' } : desk.exchange.cancel(ids);
    };
    const openOrders = async () => ({ kind: 'ok', value: [] }) as const;

    const exchange = { ...desk.ports.exchange, cancel, openOrders };
    const report = await halt({ ...desk.ports, exchange }, desk.settings, REQUEST);

    expect(report).toMatchObject({ found: 1, remaining: [], faults: [] });
    expect(await desk.exchange.openOrders()).toEqual({ kind: 'ok', value: [] });
    expect((await desk.ports.accounts.load())?.working).toEqual({});
  });

  it('[REQ-K1] counts an order whose cancel was answered with no, because the reply to the one that ended it was lost', async () => {
    await restInBooks(desk);
    const cancel: Desk['exchange']['cancel'] = async (ids) => {
      await desk.exchange.cancel(ids);
      return desk.exchange.cancel(ids);
    };
    const openOrders = async () => ({ kind: 'ok', value: [] }) as const;

    const exchange = { ...desk.ports.exchange, cancel, openOrders };
    expect(await halt({ ...desk.ports, exchange }, desk.settings, REQUEST)).toMatchObject({ found: 1, faults: [] });
  });

  it('[REQ-K1] [I6] reads the fills of all orders with one list, and books them by it', async () => {
    await restInBooks(desk, 3);
    let reads = 0;
    const fillsSince: Desk['exchange']['fillsSince'] = (sinceMs) => {
      reads += 1;
      return desk.exchange.fillsSince(sinceMs);
    };
    tradeMinute(desk, { low: 95 });

    const exchange = { ...desk.ports.exchange, fillsSince };
    const report = await halt({ ...desk.ports, exchange }, desk.settings, REQUEST);

    expect(report).toMatchObject({ remaining: [], faults: [] });
    expect(reads).toBe(1);
    const account = await desk.ports.accounts.load();
    expect(account?.working).toEqual({});
    expect(account?.positions[BTC]?.lots).toHaveLength(3);
  });

  it('[REQ-K1] cancels what the books know at once: a list that is silent for seconds keeps no order alive', async () => {
    await restInBooks(desk);
    const pulledAtMs = desk.nowMs;
    const askedMs: number[] = [];
    const exchange: Desk['exchange'] = {
      ...desk.ports.exchange,
      openOrders: async () => {
        await Promise.resolve();
        desk.nowMs += 9_000;
        return { kind: 'unavailable', message: 'silent' };
      },
      cancel: (ids) => {
        askedMs.push(desk.nowMs - pulledAtMs);
        return desk.exchange.cancel(ids);
      },
    };
    await halt({ ...desk.ports, exchange }, desk.settings, { ...REQUEST, flippedAtMs: pulledAtMs });

    expect(askedMs[0]).toBe(0);
  });

  it('[REQ-K1] is not complete while the exchange does not know an order that the books do, and ends the others', async () => {
    await restInBooks(desk);
    const [lost] = Object.values((await desk.ports.accounts.load())?.working ?? {});
    const working = await restingOrders(desk, 2);
    const notFound = { kind: 'refused', status: 404, reasons: [], message: 'no such order' } as const;
    const exchange: Desk['exchange'] = {
      ...working.exchange,
      order: async (id) => (id === lost?.order_id ? notFound : working.exchange.order(id)),
    };
    const report = await halt({ ...desk.ports, exchange }, desk.settings, REQUEST);

    expect(working.cancelled).toEqual(expect.arrayContaining(['o0', 'o1']));
    expect(report).toMatchObject({
      found: 2,
      cancelled_ms: null,
      faults: [expect.stringContaining(`${lost?.order_id}`)],
    });
  });

  it('[REQ-K1] goes through 250 orders, whatever a batch may hold', async () => {
    const many = await restingOrders(desk, 250);
    const report = await halt({ ...desk.ports, exchange: many.exchange }, desk.settings, REQUEST);

    expect(report).toMatchObject({ found: 250, remaining: [], faults: [] });
  });

  it('[REQ-K1] is not alarmed twice by two paths that saw the same flip', async () => {
    const request = { ...REQUEST, flippedAtMs: desk.nowMs };
    await haltOnce(desk.ports, desk.settings, request);
    const again = await haltOnce(desk.ports, desk.settings, { ...request, source: 'watch' });

    expect(desk.alerts).toHaveLength(1);
    expect(again).toEqual({ found: 0, kept: 0, remaining: [], faults: [] });
  });

  describe('for a switch that cannot be read, and so tells no time', () => {
    const request = (reason = 'unreadable: no answer') => ({ reason, source: 'watch' });

    it('[REQ-K1] halts once and looks after it from then on, so that a cycle can prove the books for the rearming', async () => {
      await cycleWith(desk.ports, desk.settings, []);
      await haltOnce(desk.ports, desk.settings, request());
      const haltedAtMs = desk.nowMs;
      desk.nowMs += 60_000;
      const again = await haltOnce(desk.ports, desk.settings, request('unreadable: TimeoutError: 10.0.0.7'));

      expect(again).toEqual({ found: 0, kept: 0, remaining: [], faults: [] });
      expect(await loadHaltRecord(desk.ports.facts)).toMatchObject({
        at_ms: haltedAtMs,
        halt_reason: 'unreadable: no answer',
      });
    });

    it('[REQ-K1] halts anew when cycles have traded since', async () => {
      await cycleWith(desk.ports, desk.settings, []);
      await haltOnce(desk.ports, desk.settings, request());
      await updateAccount(desk.ports.accounts, (account) => ({ ...account, halted: false }));
      desk.nowMs += 600_000;

      expect(await haltOnce(desk.ports, desk.settings, request())).toHaveProperty('detect_ms');
    });

    it('[REQ-K1] halts anew for whoever asks in other words', async () => {
      await cycleWith(desk.ports, desk.settings, []);
      await haltOnce(desk.ports, desk.settings, request());

      expect(await haltOnce(desk.ports, desk.settings, { ...REQUEST, reason: 'by hand' })).toHaveProperty('detect_ms');
    });
  });

  it('[REQ-K1] [REQ-AL1] alarms with the repetition when the alarm could not be sent before', async () => {
    const request = { ...REQUEST, flippedAtMs: desk.nowMs };
    const notifier = { notify: () => Promise.reject(new Error('throttled')) };
    const first = await haltOnce({ ...desk.ports, notifier }, desk.settings, request);
    await haltOnce(desk.ports, desk.settings, request);
    await haltOnce(desk.ports, desk.settings, request);

    expect(first.faults).toEqual(['alert: throttled']);
    expect(desk.alerts.map(({ fingerprint }) => fingerprint)).toEqual(['KILL_SWITCH:account']);
  });

  it('[REQ-K1] ends within 10 s of the pull what a POST that was under way has left', async () => {
    const { exchange, cancelled } = await restingOrders(desk, 1);
    const pulledAtMs = desk.nowMs;
    const isThere = () => desk.nowMs >= pulledAtMs + IN_FLIGHT_MS;
    const openOrders: Desk['exchange']['openOrders'] = async () =>
      isThere() ? exchange.openOrders() : { kind: 'ok', value: [] };
    const ports = { ...desk.ports, exchange: { ...exchange, openOrders } };
    let endedMs = Number.POSITIVE_INFINITY;
    await watchKillSwitch(
      {
        clock: desk.ports.clock,
        killSwitch: { read: async () => ({ kind: 'killed', reason: 'drill', atMs: pulledAtMs }) },
        onFailure: (error) => expect(error).toBeUndefined(),
        async onKilled({ reason }) {
          await haltOnce(ports, desk.settings, { reason, source: 'watch', flippedAtMs: pulledAtMs });
          if (cancelled.length > 0) endedMs = Math.min(endedMs, desk.nowMs - pulledAtMs);
        },
      },
      { pollMs: 1_500, forMs: 30_000 },
    );

    expect(endedMs).toBeLessThanOrEqual(10_000);
  });

  it('[REQ-K1] is complete when all three paths run into each other', async () => {
    const route = { kind: 'maker', ttl_ms: 600_000, ticks_away: 0, reprices_left: 0, fallback: 'none' } as const;
    for (const nonce of ['e1', 'e2', 'e3']) {
      await cycleWith(desk.ports, desk.settings, [{ ...approvedOrder(desk, { nonce, limit: '99.5' }), route }]);
      await drain(desk);
      desk.nowMs += 60_000;
    }
    const request = { ...REQUEST, flippedAtMs: desk.nowMs };

    const reports = await Promise.all([1, 2, 3].map(() => haltOnce(desk.ports, desk.settings, request)));

    expect(reports.flatMap(({ faults, remaining }) => [...faults, ...remaining])).toEqual([]);
    expect((await desk.ports.accounts.load())?.working).toEqual({});
    expect((await loadHaltRecord(desk.ports.facts))?.cancelled_ms).not.toBeNull();
  });

  it('may be repeated', async () => {
    await halt(desk.ports, desk.settings, REQUEST);
    const again = await halt(desk.ports, desk.settings, { ...REQUEST, reason: 'again' });

    expect(again.faults).toEqual([]);
    expect((await desk.ports.facts.load('halt'))?.value).toMatchObject({ halt_reason: 'again' });
  });
});

/** What a caller waits for the answer to a POST: an order may come to be so long after the pull. */
const IN_FLIGHT_MS = 3_000;

/** Two resting orders, of which the books know the first as a stop behind a position. */
async function withStop(target: Desk) {
  const { exchange, cancelled } = await restingOrders(target, 2);
  await cycleWith(target.ports, target.settings, []);
  const stopId = `${target.settings.config.botId}-BTC-USD-1-e0`;
  const stop = approvedOrder(target, { side: 'SELL', purpose: 'protect' });
  const working = { ...stop, client_order_id: stopId, status: 'WORKING', order_id: 'o0' } as const;
  await updateAccount(target.ports.accounts, (account) => ({
    ...account,
    working: { [stopId]: { ...working, filled: stop.prior_filled, sent_at_ms: 0 } },
  }));
  return { exchange, cancelled };
}
