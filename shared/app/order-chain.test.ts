import { describe, expect, it } from 'vitest';
import { price, quantity, toText } from '../core/money/fixed.ts';
import type { Route } from '../core/portfolio/account.ts';
import type { ApprovedOrder } from '../core/risk/approved-order.ts';
import { ok } from '../ports/answer.ts';
import { halt } from './halt.ts';
import { placeOrder } from './place-order.ts';
import { approvedOrder, BTC, type Desk } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';

const MAKER: Extract<Route, { kind: 'maker' }> = {
  kind: 'maker',
  ttl_ms: 50_000,
  ticks_away: 0,
  reprices_left: 1,
  fallback: 'taker',
};
const MINUTE_MS = 60_000;

let desk: Desk;
const openDesk = eachDesk((opened) => {
  desk = opened;
});

const CROSSING = {
  kind: 'refused',
  status: 200,
  reasons: ['INVALID_LIMIT_PRICE_POST_ONLY'],
  message: 'no',
} as const;

function maker(route: Partial<typeof MAKER> = {}, more: Partial<ApprovedOrder> = {}): ApprovedOrder {
  return { ...approvedOrder(desk), route: { ...MAKER, ...route }, ...more } as ApprovedOrder;
}

async function cycle(orders: readonly ApprovedOrder[] = []): Promise<void> {
  await cycleWith(desk.ports, desk.settings, orders);
  await drain(desk);
}

/** A minute goes by; the market may move in it. */
async function nextMinute(move: { readonly bid?: string; readonly ask?: string } = {}): Promise<void> {
  desk.nowMs += MINUTE_MS;
  desk.bid = move.bid ?? desk.bid;
  desk.ask = move.ask ?? desk.ask;
  await cycle();
}

/** A closed minute in which the price went through everything down to `low`. */
function tradeDownTo(low: string): void {
  const index = Math.floor(desk.nowMs / MINUTE_MS);
  const at = Number(low);
  const bar = { index, open: 100, high: 100, low: at, close: at, volume: 1_000 };
  desk.bars.set(BTC, [...(desk.bars.get(BTC) ?? []), bar]);
}

async function books() {
  const account = await desk.ports.accounts.load();
  if (account === undefined) throw new Error('no account');
  return account;
}

async function openOnExchange(): Promise<readonly string[]> {
  const answer = await desk.exchange.openOrders();
  if (answer.kind !== 'ok') throw new Error(answer.kind);
  return answer.value.map(({ clientOrderId }) => clientOrderId);
}

const held = async () => (await books()).positions[BTC]?.lots.map(({ quantity }) => toText(quantity)) ?? [];
const suffixes = () => desk.posted.map((id) => id.split('-').at(-1));

describe('an entry that rests first', () => {
  it('[REQ-X2] [I3] rests at the bid, and keeps its reservation while it does', async () => {
    const order = maker();
    await cycle([order]);

    expect(await openOnExchange()).toEqual([order.client_order_id]);
    const record = await desk.ports.orders.find(order.client_order_id);
    expect(record?.terms).toMatchObject({ type: 'limit_limit_gtd', limit_price: price('99.9'), post_only: true });
    expect(Object.values((await books()).working)[0]).toMatchObject({ status: 'WORKING', reserved: order.reserved });
  });

  it('[REQ-X2] is filled as a maker when the market trades through it', async () => {
    await cycle([maker({ ttl_ms: 130_000 })]);
    await nextMinute();
    // The bar in which it was placed does not count: only a whole one does.
    tradeDownTo('99.5');
    expect(await held()).toEqual([]);
    await nextMinute();

    expect(await held()).toEqual(['0.5']);
    expect((await books()).working).toEqual({});
    // 0.5 x 99.9 and the maker's fee of 0.6 %.
    expect(toText((await books()).cash)).toBe('949.7503');
    const [fill] = (await desk.ports.orders.find(desk.posted[0] ?? ''))?.fills ?? [];
    expect(fill).toMatchObject({ liquidity: 'MAKER', price: price('99.9') });
  });

  it('[REQ-X2] [I2] moves to the then best bid when it ran out, then takes; never two orders at once', async () => {
    await cycle([maker()]);
    const seen = [await openOnExchange()];
    await nextMinute({ bid: '100.0', ask: '100.1' });
    seen.push(await openOnExchange());
    await nextMinute();

    expect(seen.map((open) => open.length)).toEqual([1, 1]);
    expect(suffixes()).toEqual(['e1', 'e1r1', 'e1r2']);
    const terms = await Promise.all(desk.posted.map(async (id) => (await desk.ports.orders.find(id))?.terms));
    expect(terms.map((term) => [term?.type, toText(term?.limit_price ?? price('0'))])).toEqual([
      ['limit_limit_gtd', '99.9'],
      ['limit_limit_gtd', '100'],
      ['sor_limit_ioc', '100.2'],
    ]);
    expect(await held()).toEqual(['0.5']);
    expect((await books()).entries).toHaveLength(1);
    expect((await books()).working).toEqual({});
  });

  it('[REQ-X2] does not take when the ask has left the approved slippage, or the move no longer pays', async () => {
    await cycle([maker({ reprices_left: 0 })]);
    await nextMinute({ bid: '100.2', ask: '100.3' });
    expect(suffixes()).toEqual(['e1']);
    expect((await desk.ports.orders.find(`${desk.posted[0]}r1`))?.reason).toMatch(/^slippage: the ask is 100.3/);
    expect((await books()).working).toEqual({});

    desk = openDesk();
    await cycle([maker({ reprices_left: 0 }, { expected_price: price('101') })]);
    await nextMinute();
    expect((await desk.ports.orders.find(`${desk.posted[0]}r1`))?.reason).toMatch(/^fee_edge: 100.00 bps are left/);
    expect(await held()).toEqual([]);
  });

  /** The first POSTs would cross. */
  function crossing(times: number): typeof desk.ports {
    const inner = desk.ports.exchange;
    let refusals = times;
    const place: typeof inner.place = async (order) => {
      refusals -= 1;
      return refusals >= 0 ? CROSSING : inner.place(order);
    };
    return { ...desk.ports, exchange: { ...inner, place } };
  }

  it.each([
    ['a gate closes', { gates: [{ gate: 'daily_stop', reason: '3 % since the day began' }] }],
    ['the market crashes', { regime_multiplier: 0 }],
  ])('[REQ-DD1] [I4] is taken off the exchange, and nothing follows it, when %s', async (_, seen) => {
    const order = maker({ ttl_ms: 600_000 });
    await cycle([order]);
    for (let minute = 1; minute <= 2; minute += 1) {
      desk.nowMs += MINUTE_MS;
      await cycleWith(desk.ports, desk.settings, [], seen);
      await drain(desk);
      expect(await openOnExchange()).toEqual([]);
    }
    tradeDownTo('90');
    await nextMinute();

    expect(suffixes()).toEqual(['e1']);
    expect((await desk.ports.orders.find(order.client_order_id))?.status).toBe('CANCELLED');
    expect(await books()).toMatchObject({ working: {}, positions: {}, outbox: [] });
  });

  it('[REQ-DD1] [I6] books what it had filled when it is taken off', async () => {
    await cycle([maker({ ttl_ms: 600_000 })]);
    await nextMinute();
    tradeDownTo('99.5');
    desk.nowMs += MINUTE_MS;
    await cycleWith(desk.ports, desk.settings, [], { gates: [{ gate: 'drawdown', reason: '10 %' }] });
    await drain(desk);

    expect(await held()).toEqual(['0.5']);
    expect((await books()).working).toEqual({});
  });

  it('[REQ-DD1] [I12] is said to be there still while it cannot be taken off, and over when it was', async () => {
    const order = maker({ ttl_ms: 600_000 });
    await cycle([order]);
    const withdraw = (ports = desk.ports, client_order_id = order.client_order_id) =>
      placeOrder(ports, desk.settings, { client_order_id, slot_ms: 0, withdraw: true });
    const cancel = async () => ({ kind: 'unavailable', message: 'down' }) as const;

    const deaf = { ...desk.ports, exchange: { ...desk.ports.exchange, cancel } };
    expect(await withdraw(deaf)).toMatchObject({ kind: 'blocked', record: { status: 'WORKING' } });
    expect(await openOnExchange()).toEqual([order.client_order_id]);
    expect(await withdraw()).toMatchObject({ kind: 'settled', record: { status: 'CANCELLED' } });
    expect(await openOnExchange()).toEqual([]);
    expect(await withdraw(desk.ports, 'nobody')).toEqual({ kind: 'absent' });
  });

  it('[REQ-DD1] is taken off as soon as it rests when its message is still on its way', async () => {
    await cycleWith(desk.ports, desk.settings, [maker()]);
    desk.nowMs += 1_000;
    await cycleWith(desk.ports, desk.settings, [], { gates: [{ gate: 'drawdown', reason: '10 %' }] });
    await drain(desk);

    expect(await openOnExchange()).toEqual([]);
    expect(await books()).toMatchObject({ working: {}, outbox: [], positions: {} });
  });

  it('[REQ-K1] is left to the halt when the switch is pulled', async () => {
    await cycle([maker({ ttl_ms: 600_000 })]);
    await cycleWith(desk.ports, desk.settings, [], { gates: [{ gate: 'kill', reason: 'pulled' }] });
    expect(desk.messages).toEqual([]);
  });

  it('[I3] [I4] keeps its reservation when a gate closes while a later try of it rests', async () => {
    await cycleWith(desk.ports, desk.settings, [maker({ reprices_left: 3, ttl_ms: 130_000 })]);
    await drain(desk, crossing(1));
    const { working } = await books();
    desk.nowMs += MINUTE_MS;
    await cycleWith(desk.ports, desk.settings, [], {
      gates: [{ gate: 'daily_stop', reason: '3 % since the day began' }],
    });

    expect(await openOnExchange()).toEqual(Object.keys(working));
    expect((await books()).working).toEqual(working);
  });

  it('[REQ-X2] [I2] steps back in the same run when it would cross, once per try', async () => {
    const ports = crossing(2);
    const order = maker({ reprices_left: 3 });
    await cycleWith(ports, desk.settings, [order]);
    await drain(desk, ports);

    const third = await desk.ports.orders.find(`${order.client_order_id}r2`);
    expect(third).toMatchObject({ status: 'WORKING', terms: { limit_price: price('99.88') } });
    expect(await openOnExchange()).toEqual([`${order.client_order_id}r2`]);
    expect(Object.keys((await books()).working)).toEqual([`${order.client_order_id}r2`]);
  });

  it('[REQ-K1] [I4] ends with a halt: nothing follows what was cancelled, nothing is entered after', async () => {
    await cycle([maker()]);
    desk.kill = { kind: 'killed', reason: 'by hand' };
    await halt(desk.ports, desk.settings, { reason: 'by hand', source: 'test' });
    await nextMinute();
    await nextMinute();

    expect(await openOnExchange()).toEqual([]);
    expect(suffixes()).toEqual(['e1']);
    expect((await books()).working).toEqual({});
  });

  it.each<[string, Parameters<typeof cycleWith>[3]]>([
    ['a gate closed', { gates: [{ gate: 'drawdown', reason: '11 % below the mark' }] }],
    ['[REQ-U3] the market crashed', { regime_multiplier: 0 }],
    ['[REQ-ST1] its symbol went stale', { universe: [{ symbol: BTC, eligible: false }] }],
    ['[REQ-U1] its symbol left the universe', { universe: [] }],
  ])('[I4] what was approved before %s is not entered any more', async (_, seen) => {
    await cycle([maker()]);
    desk.nowMs += MINUTE_MS;
    // The order has run out; its successor waits in the outbox.
    await cycleWith(desk.ports, desk.settings, [], seen);
    await drain(desk);
    await nextMinute();

    expect(suffixes()).toEqual(['e1']);
    expect((await books()).working).toEqual({});
    expect((await books()).outbox).toEqual([]);
  });

  it('[I4] a worker that finds the order ended leaves the next one to the cycle, which knows the gates', async () => {
    await cycleWith(desk.ports, desk.settings, [maker()]);
    const [message] = desk.messages;
    await drain(desk);
    desk.nowMs += MINUTE_MS;
    if (message !== undefined) desk.messages.push(message);
    await drain(desk);

    expect(suffixes()).toEqual(['e1']);
    expect((await books()).outbox).toHaveLength(1);
    desk.nowMs += 20_000;
    await cycle();
    expect(suffixes()).toEqual(['e1', 'e1r1']);
  });

  describe('whose order ended with a fill that is told late', () => {
    const told = { status: 'EXPIRED', filledQuantity: quantity('0') } as const;
    /** The order is told as ended and unfilled; its fills are listed, or not even that. */
    function late(fillsToo: boolean): typeof desk.ports {
      const { exchange } = desk.ports;
      const order: typeof exchange.order = async (id) => {
        const seen = await exchange.order(id);
        return seen.kind === 'ok' ? { ...seen, value: { ...seen.value, ...told } } : seen;
      };
      const fillsSince = fillsToo ? async () => ok([]) : exchange.fillsSince;
      return { ...desk.ports, exchange: { ...exchange, order, fillsSince } };
    }

    /** Rests, is traded through, and is over. */
    async function filledAndOver(afterEndMs: number): Promise<void> {
      await cycle([maker({ ttl_ms: 130_000, reprices_left: 0 })]);
      desk.nowMs += MINUTE_MS;
      tradeDownTo('99.5');
      desk.nowMs = Math.ceil((desk.nowMs - MINUTE_MS + 130_000) / 1_000) * 1_000 + afterEndMs;
    }

    it('[I3] [I6] has nothing after it once the fills are listed, whatever the order says', async () => {
      await filledAndOver(60_000);
      await cycleWith(late(false), desk.settings, []);
      await drain(desk);

      expect(suffixes()).toEqual(['e1']);
      expect(await held()).toEqual(['0.5']);
      expect((await books()).working).toEqual({});
    });

    it('[I3] waits a moment before anything follows', async () => {
      await filledAndOver(2_000);
      await cycleWith(late(true), desk.settings, []);
      await drain(desk);

      expect(Object.values((await books()).working).map(({ leg }) => leg)).toEqual([0]);
      await nextMinute();
      expect(suffixes()).toEqual(['e1']);
      expect(await held()).toEqual(['0.5']);
    });

    it('[I3] [I6] takes the next one back while it is not sent', async () => {
      await cycleWith(desk.ports, desk.settings, [maker({ ttl_ms: 130_000, reprices_left: 0 })]);
      const [first] = desk.messages;
      await drain(desk);
      desk.nowMs += MINUTE_MS;
      tradeDownTo('99.5');
      desk.nowMs += 3 * MINUTE_MS;
      await cycleWith(late(true), desk.settings, []);
      expect(desk.messages).toHaveLength(1);
      // The old message comes again and finds the fill.
      if (first !== undefined) desk.messages.unshift(first);
      await drain(desk);

      expect(suffixes()).toEqual(['e1']);
      expect(await held()).toEqual(['0.5']);
      expect((await books()).working).toEqual({});
    });
  });

  it('[REQ-K1] [I4] whose next order waits while the switch is pulled is not sent', async () => {
    await cycle([maker()]);
    desk.nowMs += MINUTE_MS;
    desk.kill = { kind: 'killed', reason: 'by hand' };
    await cycle();

    expect(suffixes()).toEqual(['e1']);
    expect((await desk.ports.orders.find(`${desk.posted[0]}r1`))?.reason).toBe('killed: by hand');
    expect((await books()).working).toEqual({});
  });
});

describe('protection that rests on the exchange', () => {
  const guard = (kind: 'bracket' | 'stop_limit', size = '0.5', replaces: string | null = null): ApprovedOrder =>
    ({
      ...approvedOrder(desk, { side: 'SELL', purpose: 'protect' as never, quantity: size, nonce: 'p1' }),
      route: { kind },
      limit_price: price(kind === 'bracket' ? '120' : '94'),
      stop_price: price('95'),
      take_profit_price: null,
      replaces,
    }) as ApprovedOrder;

  const exit = (replaces: string | null): ApprovedOrder =>
    ({ ...approvedOrder(desk, { side: 'SELL', reason: 'stop', limit: '98', nonce: 'x1' }), replaces }) as ApprovedOrder;

  /** Bought and protected. */
  async function protectedPosition(kind: 'bracket' | 'stop_limit' = 'bracket'): Promise<string> {
    await cycle([approvedOrder(desk)]);
    const order = guard(kind);
    await cycle([order]);
    expect(await openOnExchange()).toEqual([order.client_order_id]);
    return order.client_order_id;
  }

  it('[REQ-X2] rests with the stop and the target of the position', async () => {
    const id = await protectedPosition();

    expect((await desk.ports.orders.find(id))?.terms).toMatchObject({
      type: 'trigger_bracket_gtc',
      limit_price: price('120'),
      stop_trigger_price: price('95'),
    });
  });

  it('[I5] [REQ-X2] ends before an exit is sent: cancelled, read back, then sold', async () => {
    const id = await protectedPosition();
    const calls: string[] = [];
    const noted =
      <Input, Output>(name: string, call: (input: Input) => Output) =>
      (input: Input): Output => {
        calls.push(name);
        return call(input);
      };
    const inner = desk.ports.exchange;
    const ports = {
      ...desk.ports,
      exchange: {
        ...inner,
        cancel: noted('cancel', inner.cancel),
        order: noted('read', inner.order),
        place: noted('post', inner.place),
      },
    };
    await cycleWith(desk.ports, desk.settings, [exit(id)]);
    await drain(desk, ports);

    expect(calls.slice(0, 3)).toEqual(['cancel', 'read', 'post']);
    expect(desk.alerts).toEqual([]);
    expect((await desk.ports.orders.find(id))?.status).toBe('CANCELLED');
    expect(await held()).toEqual([]);
    expect((await books()).working).toEqual({});
  });

  it('[I5] holds the exit back while the protection may still fill, and lets it through once it ended', async () => {
    const id = await protectedPosition();
    const inner = desk.ports.exchange;
    const cancel = async () => ({ kind: 'unavailable', message: 'down' }) as const;
    const ports = { ...desk.ports, exchange: { ...inner, cancel } };
    await cycleWith(desk.ports, desk.settings, [exit(id)]);
    const [outcome] = await drain(desk, ports);

    expect(outcome?.kind).toBe('blocked');
    expect(suffixes().at(-1)).toBe('p1');
    desk.nowMs += 20_000;
    await cycle();
    expect(await held()).toEqual([]);
  });

  it('[I5] [I6] sells only the rest when the protection fills while it gives way, and nothing when it filled whole', async () => {
    const id = await protectedPosition('stop_limit');
    await cycleWith(desk.ports, desk.settings, [exit(id)]);
    tradeDownTo('94.5');
    desk.nowMs += 30_000;
    desk.bars.set(
      BTC,
      (desk.bars.get(BTC) ?? []).map((bar) => ({ ...bar, index: bar.index })),
    );
    await drain(desk);

    const account = await books();
    const balances = await desk.exchange.balances();
    const coins = balances.kind === 'ok' ? balances.value.find(({ currency }) => currency === 'BTC') : undefined;
    expect(coins === undefined || coins.available + coins.hold >= 0n).toBe(true);
    expect(await held()).toEqual([]);
    expect(account.frozen).toEqual({});
  });

  it('[REQ-X2] is replaced by one for the new size, with one resting at a time', async () => {
    const id = await protectedPosition();
    await cycle([approvedOrder(desk, { nonce: 'e2' })]);
    const larger = { ...guard('bracket', '1', id), client_order_id: `${id}b` } as ApprovedOrder;
    await cycle([larger]);

    expect(await openOnExchange()).toEqual([larger.client_order_id]);
    expect((await desk.ports.orders.find(id))?.status).toBe('CANCELLED');
  });

  it('remembers that a product takes no brackets, from the preview that said so', async () => {
    desk.withoutBrackets.add(BTC);
    await cycle([approvedOrder(desk)]);
    await cycle([guard('bracket')]);

    expect((await books()).protection[BTC]).toEqual({ refused: ['bracket'], until_ms: desk.nowMs + 24 * 3_600_000 });
    expect(await openOnExchange()).toEqual([]);
    expect((await books()).working).toEqual({});
  });
});

describe('an exit of unknown fate', () => {
  it('[I2] is posted once more, byte for byte, while it is fresh; an entry never is', async () => {
    await cycle([approvedOrder(desk)]);
    const bodies: string[] = [];
    const inner = desk.ports.exchange;
    const place: typeof inner.place = async (order) => {
      bodies.push(order.body);
      return bodies.length === 1 ? { kind: 'ambiguous', message: 'reset' } : inner.place(order);
    };
    const ports = { ...desk.ports, exchange: { ...inner, place } };
    await cycleWith(ports, desk.settings, [approvedOrder(desk, { side: 'SELL', limit: '98', nonce: 'x1' })]);
    await drain(desk, ports);

    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toBe(bodies[1]);
    expect(await held()).toEqual([]);

    bodies.length = 0;
    await cycleWith(ports, desk.settings, [approvedOrder(desk, { nonce: 'e2' })]);
    const [entry] = await drain(desk, ports);
    expect(entry?.kind).toBe('unknown');
    expect(bodies).toHaveLength(1);
  });
});
