import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../simulator/http/faults.ts';
import { token } from './client.ts';
import { flat, limitIoc, MINUTE, START, scriptedMarket, stage } from './stage.ts';

const onCreate = (effect: FaultRule['effect'], more: FaultRule['match'] = {}): FaultRule => ({
  match: { method: 'POST', path: '/orders', ...more },
  effect,
});
const buy = limitIoc('0.01', '51000');

describe('fault rules', () => {
  it('answer 429 as JSON or HTML with Retry-After, and carry nothing out', async () => {
    const { order, sim } = await stage({
      faults: [
        onCreate({ kind: '429', retryAfterSeconds: 7 }, { nth: 1 }),
        onCreate({ kind: '429', body: 'html' }, { nth: 2 }),
      ],
    });

    const [first, second, third] = [await order('BUY', buy), await order('BUY', buy), await order('BUY', buy)];

    expect([first.status, first.headers['retry-after'], first.body.errors[0].id]).toEqual([
      429,
      '7',
      'rate_limit_exceeded',
    ]);
    expect([second.status, second.contentType]).toEqual([429, 'text/html; charset=utf-8']);
    expect(third.body.success).toBe(true);
    expect(sim.admin.orders()).toHaveLength(1);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('answer 5xx %s the order was carried out: %i order', async (when, count) => {
    const { order, sim } = await stage({ faults: [onCreate({ kind: '5xx', status: 504, body: 'trace', when })] });

    const reply = await order('BUY', buy);

    expect([reply.status, reply.body]).toEqual([504, undefined]);
    expect(reply.text).toMatch(/^go\/sg\//);
    expect(sim.admin.orders()).toHaveLength(count);
  });

  it('answer 200 with a page instead of JSON', async () => {
    const { order, sim } = await stage({ faults: [onCreate({ kind: 'html', when: 'after' })] });

    const reply = await order('BUY', buy);

    expect([reply.status, reply.contentType]).toEqual([200, 'text/html; charset=utf-8']);
    expect(sim.admin.orders()).toHaveLength(1);
  });

  it.each([
    ['resetBefore', 0],
    ['resetAfterAccept', 1],
    ['lostReply', 1],
  ] as const)('%s cuts the caller off; the exchange holds %i order', async (kind, count) => {
    const { sim, raw, call } = await stage({ faults: [onCreate({ kind })] });
    const apiKey = sim.keys[0]?.apiKey ?? { name: '', privateKey: '' };
    const authorization = `Bearer ${token(apiKey, 'POST', '/orders', START)}`;
    const body = { client_order_id: 'lost', product_id: 'BTC-USD', side: 'BUY', order_configuration: buy };

    await expect(raw('POST', '/orders', { authorization, body, timeoutMs: 100 })).rejects.toThrow(
      /reset|hang up|timed out/,
    );

    expect(sim.admin.ordersByClientId('lost')).toHaveLength(count);
    expect((await call('GET', '/accounts')).status).toBe(200);
    expect(sim.admin.requestLog().map(({ path, status }) => [path, status])).toEqual([
      ['/orders', null],
      ['/accounts', 200],
    ]);
  });

  it('accept an order that then fails with a part of its fills, and give the hold back', async () => {
    const { order, read, sim } = await stage({
      startingBalances: { USD: '1000000' },
      market: scriptedMarket({ BTC: flat(50_000, 10, 10) }),
      faults: [onCreate({ kind: 'failOrder', filledShare: 0.5, reason: 'HOLD_FAILURE' })],
    });

    const placed = await order('BUY', limitIoc('10', '51000'));
    const found = await read(placed.body.success_response.order_id);

    expect(placed.body.success).toBe(true);
    expect(found).toMatchObject({ status: 'FAILED', reject_reason: 'HOLD_FAILURE', outstanding_hold_amount: '0' });
    expect(Number(found.filled_size)).toBeGreaterThan(0);
    expect(Number(found.filled_size)).toBeLessThan(10);
    expect(sim.admin.balances()['USD']?.hold).toBe('0');
  });

  it('serve stale quotes, flip flags, shift the clock and shut down for maintenance within a time window', async () => {
    const window = { fromMs: START + MINUTE, toMs: START + 2 * MINUTE };
    const { call, raw, clock, sim } = await stage();
    const stale = { kind: 'staleQuotes', ageMs: 30_000 } as const;
    const flip = { kind: 'productFlags', productId: 'BTC-USD', flags: { cancelOnly: true } } as const;
    sim.admin.setFaults([
      { match: window, effect: stale },
      { match: window, effect: flip },
      { match: { ...window, path: '/time' }, effect: { kind: 'clockSkew', ms: 4_000 } },
      { match: { fromMs: START + 3 * MINUTE }, effect: { kind: 'maintenance' } },
    ]);
    const look = async () => ({
      age: clock.nowMs() - Date.parse((await call('GET', '/best_bid_ask?product_ids=BTC-USD')).body.pricebooks[0].time),
      cancelOnly: (await raw('GET', '/market/products/BTC-USD')).body.cancel_only,
      skew: Number((await raw('GET', '/time')).body.epochMillis) - clock.nowMs(),
    });

    expect(await look()).toEqual({ age: 0, cancelOnly: false, skew: 0 });
    clock.advanceTo(START + MINUTE);
    expect(await look()).toEqual({ age: 30_000, cancelOnly: true, skew: 4_000 });
    clock.advanceTo(START + 2 * MINUTE);
    expect(await look()).toEqual({ age: 0, cancelOnly: false, skew: 0 });
    clock.advanceTo(START + 3 * MINUTE);
    expect((await raw('GET', '/time')).status).toBe(503);
  });

  it('refuse tokens of a client whose clock no longer fits', async () => {
    const { call, sim } = await stage();

    sim.admin.setFaults([{ match: {}, effect: { kind: 'clockSkew', ms: -60_000 } }]);
    expect((await call('GET', '/accounts')).status).toBe(401);
    sim.admin.setFaults([{ match: { path: /accounts/, nth: 1 }, effect: { kind: '401' } }]);
    expect((await call('GET', '/accounts')).text).toBe('Unauthorized\n');
    expect((await call('GET', '/accounts')).status).toBe(200);
  });

  it('delay by the clock, so a virtual one does not wait', async () => {
    const { raw, clock } = await stage({ faults: [{ match: {}, effect: { kind: 'latency', ms: 90_000 } }] });

    await raw('GET', '/time');

    expect(clock.nowMs()).toBe(START + 90_000);
  });

  it('cut a silent connection when the caller would have given up, by the clock', async () => {
    const lost = { kind: 'lostReply', cutAfterMs: 30_000 } as const;
    const { order, sim, clock } = await stage({ faults: [{ match: { path: '/orders', nth: 1 }, effect: lost }] });

    await expect(order('BUY', { market_market_ioc: { quote_size: '100' } })).rejects.toThrow();

    expect(clock.nowMs()).toBe(START + 30_000);
    expect(sim.admin.orders()).toHaveLength(1);
  });

  it('list orders and fills late', async () => {
    const { order, call, clock, sim } = await stage();
    await order('BUY', { market_market_ioc: { quote_size: '100' } });
    sim.admin.setFaults([{ match: { path: /historical/ }, effect: { kind: 'delayedLists', ms: 5_000 } }]);
    const listed = async () => [
      (await call('GET', '/orders/historical/batch')).body.orders.length,
      (await call('GET', '/orders/historical/fills')).body.fills.length > 0,
    ];

    expect(await listed()).toEqual([0, false]);
    clock.advanceTo(START + 5_000);
    expect(await listed()).toEqual([1, true]);
  });

  it('draw by probability from the seed: the same run meets the same faults', async () => {
    const run = async (seed: number) => {
      const { raw } = await stage({
        seed,
        faults: [{ match: { probability: 0.3 }, effect: { kind: '5xx', status: 500, body: 'json' } }],
      });
      const statuses: number[] = [];
      for (let i = 0; i < 100; i += 1) statuses.push((await raw('GET', '/time')).status);
      return statuses;
    };

    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
    const share = first.filter((status) => status === 500).length;
    expect(share).toBeGreaterThan(15);
    expect(share).toBeLessThan(45);
  });
});
