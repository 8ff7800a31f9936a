import { describe, expect, it } from 'vitest';
import { notional, price, quantity, toText, usd } from '../../shared/core/money/fixed.ts';
import {
  flat,
  limitGtc,
  limitIoc,
  MINUTE,
  marketBuy,
  marketSell,
  START,
  scriptedMarket,
  spike,
  stage,
} from './stage.ts';

/** BTC at 50000: the touch is a few dollars away; a limit of 51000 takes, one of 49000 rests. */
const quiet = flat(50_000, 60);

async function at(...minutes: Parameters<typeof scriptedMarket>[0][string]) {
  return stage({ market: scriptedMarket({ BTC: [...quiet.slice(0, 2), ...minutes, ...quiet] }) });
}

describe('orders that trade at once', () => {
  it('fills a limit IOC at the touch as taker and books it to the last digit', async () => {
    const { order, read, sim, call } = await stage();

    const placed = await order('BUY', limitIoc('0.01', '51000'));
    const found = await read(placed.body.success_response.order_id);
    const { fills } = (await call('GET', '/orders/historical/fills')).body;

    expect(found).toMatchObject({
      status: 'FILLED',
      filled_size: '0.01',
      order_type: 'LIMIT',
      completion_percentage: '100',
    });
    expect(fills).toHaveLength(1);
    expect(fills[0]).toMatchObject({ size: '0.01', liquidity_indicator: 'TAKER', size_in_quote: false });
    const value = usd(found.filled_value);
    expect(value).toBe(notional(quantity('0.01'), price(fills[0].price), 'down'));
    const spent = value + usd(found.total_fees);
    expect(sim.admin.balances()['USD']).toEqual({
      available: toText((usd('10000') - spent) as typeof value),
      hold: '0',
      total: toText((usd('10000') - spent) as typeof value),
    });
    expect(sim.admin.balances()['BTC']?.total).toBe('0.01');
    expect(found.total_fees).toBe(fills[0].commission);
  });

  it('includes the fee in a quote-sized market buy and reports its fills in quote currency', async () => {
    const { order, read, call, sim } = await stage();

    const placed = await order('BUY', marketBuy('500'));
    const found = await read(placed.body.success_response.order_id);
    const [fill] = (await call('GET', '/orders/historical/fills')).body.fills;

    expect(found).toMatchObject({ status: 'FILLED', size_in_quote: true, size_inclusive_of_fees: true });
    expect(Number(found.total_value_after_fees)).toBeLessThanOrEqual(500);
    expect(Number(found.total_value_after_fees)).toBeGreaterThan(499.99);
    expect(fill.size_in_quote).toBe(true);
    expect(Number(fill.size) / Number(fill.price)).toBeCloseTo(Number(found.filled_size), 8);
    expect(Number(sim.admin.balances()['USD']?.hold)).toBe(0);
  });

  it('sells at the bid and pays the fee out of the proceeds', async () => {
    const { order, read, sim } = await stage({ startingBalances: { USD: '0', BTC: '1' } });

    const placed = await order('SELL', marketSell('0.02'));
    const found = await read(placed.body.success_response.order_id);

    const proceeds = usd(found.filled_value) - usd(found.total_fees);
    expect(found.status).toBe('FILLED');
    expect(toText(proceeds as ReturnType<typeof usd>)).toBe(sim.admin.balances()['USD']?.total);
    expect(found.total_value_after_fees).toBe(sim.admin.balances()['USD']?.total);
    expect(sim.admin.balances()['BTC']?.total).toBe('0.98');
  });

  it('walks the book level by level and cancels what the price protection leaves', async () => {
    const { order, read } = await stage({
      startingBalances: { USD: '100000000', BTC: '20000' },
      market: scriptedMarket({ BTC: flat(50_000, 60, 10) }),
    });

    const placed = await order('SELL', marketSell('900'));
    const found = await read(placed.body.success_response.order_id);

    expect(found.status).toBe('CANCELLED');
    expect(Number(found.number_of_fills)).toBeGreaterThan(5);
    expect(Number(found.filled_size)).toBeGreaterThan(0);
    expect(Number(found.average_filled_price)).toBeLessThan(49_990);
    expect(Number(found.average_filled_price)).toBeGreaterThan(49_000);
  });

  it('cancels the rest of an IOC with its partial fill, and an IOC that nothing meets without one', async () => {
    const { order, read } = await stage({
      startingBalances: { USD: '100000000' },
      market: scriptedMarket({ BTC: flat(50_000, 60, 10) }),
    });

    const partly = await order('BUY', limitIoc('300', '50010'));
    const nothing = await order('BUY', limitIoc('0.01', '49000'));

    const first = await read(partly.body.success_response.order_id);
    expect(first.status).toBe('CANCELLED');
    expect(Number(first.filled_size)).toBeGreaterThan(0);
    expect(first.outstanding_hold_amount).toBe('0');
    expect(await read(nothing.body.success_response.order_id)).toMatchObject({
      status: 'CANCELLED',
      filled_size: '0',
      average_filled_price: '0',
    });
  });

  it('fills a FOK whole or not at all', async () => {
    const { order, read } = await stage({
      startingBalances: { USD: '100000000' },
      market: scriptedMarket({ BTC: flat(50_000, 60, 10) }),
    });
    const fok = (size: string) => ({ limit_limit_fok: { base_size: size, limit_price: '50010' } });

    const small = await order('BUY', fok('0.001'));
    const large = await order('BUY', fok('300'));

    expect((await read(small.body.success_response.order_id)).status).toBe('FILLED');
    expect(await read(large.body.success_response.order_id)).toMatchObject({
      status: 'CANCELLED',
      number_of_fills: '0',
    });
  });
});

describe('orders that rest', () => {
  it('fills a resting limit at its own price as maker only when a bar trades through it', async () => {
    const { order, read, clock, call } = await at(spike(50_000, 49_000, 50_000), spike(50_000, 48_999, 50_000));
    const placed = await order('BUY', limitGtc('0.01', '49000', true));
    const id = placed.body.success_response.order_id;

    clock.advanceTo(START + 3 * MINUTE);
    expect(await read(id)).toMatchObject({ status: 'OPEN', filled_size: '0' });

    clock.advanceTo(START + 4 * MINUTE);
    expect(await read(id)).toMatchObject({ status: 'FILLED', average_filled_price: '49000' });
    const [fill] = (await call('GET', '/orders/historical/fills')).body.fills;
    expect(fill).toMatchObject({
      liquidity_indicator: 'MAKER',
      price: '49000',
      commission: '2.94',
      trade_time: new Date(START + 4 * MINUTE).toISOString(),
    });
  });

  it('takes at most a share of a bar, so a large order fills over several bars', async () => {
    const through = spike(50_000, 48_000, 50_000, 1);
    const { order, read, clock } = await at(through, through, through);
    const id = (await order('BUY', limitGtc('0.2', '49000'))).body.success_response.order_id;

    clock.advanceTo(START + 3 * MINUTE);
    expect(await read(id)).toMatchObject({ status: 'OPEN', filled_size: '0.15', completion_percentage: '75' });
    clock.advanceTo(START + 4 * MINUTE);
    expect(await read(id)).toMatchObject({ status: 'FILLED', number_of_fills: '2' });
  });

  it('does not count the bar in which an order was placed', async () => {
    const { order, read, clock } = await at(spike(50_000, 40_000, 50_000));
    clock.advanceTo(START + 2 * MINUTE + 30_000);
    const id = (await order('BUY', limitGtc('0.01', '49000'))).body.success_response.order_id;

    clock.advanceTo(START + 10 * MINUTE);
    expect((await read(id)).status).toBe('OPEN');
  });

  it('locks funds at the worst case while it rests and frees what is left', async () => {
    const { order, sim, call } = await stage();
    const id = (await order('BUY', limitGtc('0.1', '49000'))).body.success_response.order_id;

    expect(sim.admin.balances()['USD']).toEqual({ available: '5041.2', hold: '4958.8', total: '10000' });
    const [account] = (await call('GET', '/accounts')).body.accounts;
    expect([account.available_balance.value, account.hold.value]).toEqual(['5041.2', '4958.8']);

    await call('POST', '/orders/batch_cancel', { order_ids: [id] });
    expect(sim.admin.balances()['USD']).toEqual({ available: '10000', hold: '0', total: '10000' });
  });

  it('expires a GTD order at its end time, before the bar that closes later', async () => {
    const { order, read, clock } = await at(spike(50_000, 40_000, 50_000));
    const end = new Date(START + 2 * MINUTE + 30_000).toISOString();
    const gtd = { limit_limit_gtd: { base_size: '0.01', limit_price: '49000', end_time: end, post_only: false } };
    const id = (await order('BUY', gtd)).body.success_response.order_id;

    clock.advanceTo(START + 5 * MINUTE);
    expect(await read(id)).toMatchObject({ status: 'EXPIRED', filled_size: '0', last_update_time: end });
  });

  it('turns a stop-limit into a limit when a bar reaches the stop', async () => {
    const fall = [50_000, 50_000, 47_900, 48_000, 1000] as const;
    const { order, read, clock, sim } = await stage({
      startingBalances: { USD: '0', BTC: '1' },
      market: scriptedMarket({ BTC: [...quiet.slice(0, 2), fall, ...flat(48_000, 60)] }),
    });
    const stop = (size: string, limit: string) => ({
      stop_limit_stop_limit_gtc: {
        base_size: size,
        limit_price: limit,
        stop_price: '49000',
        stop_direction: 'STOP_DIRECTION_STOP_DOWN',
      },
    });
    const wide = (await order('SELL', stop('0.01', '47000'))).body.success_response.order_id;
    const tight = (await order('SELL', stop('0.02', '48900'))).body.success_response.order_id;
    expect(await read(wide)).toMatchObject({ status: 'OPEN', trigger_status: 'STOP_PENDING' });
    expect(sim.admin.balances()['BTC']?.hold).toBe('0.03');

    clock.advanceTo(START + 3 * MINUTE);
    expect(await read(wide)).toMatchObject({ status: 'FILLED', trigger_status: 'STOP_TRIGGERED' });
    expect(Number((await read(wide)).average_filled_price)).toBeLessThan(48_000);
    expect(await read(tight)).toMatchObject({ status: 'OPEN', trigger_status: 'STOP_TRIGGERED', filled_size: '0' });
  });

  it('exits a bracket by the target, by the stop, and by the stop where a bar reached both', async () => {
    const bracket = { trigger_bracket_gtc: { base_size: '0.01', limit_price: '52000', stop_trigger_price: '48000' } };
    const fall = [50_000, 50_000, 47_500, 47_600, 1000] as const;
    const cases = [
      { bar: spike(50_000, 50_000, 52_100), after: 50_000, least: 52_000, most: 52_000 },
      { bar: fall, after: 47_600, least: 47_500, most: 47_600 },
      { bar: spike(50_000, 47_900, 53_000), after: 47_900, least: 47_800, most: 47_900 },
    ];
    for (const { bar, after, least, most } of cases) {
      const { order, read, clock } = await stage({
        startingBalances: { BTC: '1' },
        market: scriptedMarket({ BTC: [...quiet.slice(0, 2), bar, ...flat(after, 60)] }),
      });
      const id = (await order('SELL', bracket)).body.success_response.order_id;
      clock.advanceTo(START + 3 * MINUTE);

      const found = await read(id);
      expect(found.status).toBe('FILLED');
      expect(Number(found.average_filled_price)).toBeGreaterThanOrEqual(least);
      expect(Number(found.average_filled_price)).toBeLessThanOrEqual(most);
    }
  });

  it('starts the attached bracket with what the parent bought', async () => {
    const { order, read, clock, sim } = await at(spike(50_000, 50_000, 56_000));
    const placed = await order('BUY', limitIoc('0.01', '51000'), {
      attached_order_configuration: { trigger_bracket_gtc: { limit_price: '55000', stop_trigger_price: '45000' } },
    });
    const { order_id: parentId, attached_order_id: childId } = placed.body.success_response;

    expect((await read(parentId)).attached_order_id).toBe(childId);
    expect(await read(childId)).toMatchObject({
      status: 'OPEN',
      side: 'SELL',
      originating_order_id: parentId,
      order_configuration: { trigger_bracket_gtc: { base_size: '0.01' } },
    });
    expect(sim.admin.balances()['BTC']).toEqual({ available: '0', hold: '0.01', total: '0.01' });

    clock.advanceTo(START + 3 * MINUTE);
    expect(await read(childId)).toMatchObject({ status: 'FILLED', average_filled_price: '55000' });
    expect(sim.admin.balances()['BTC']?.total).toBe('0');
  });

  it('keeps the sum of fills, fees and holds equal to the money paid in', async () => {
    const wild = Array.from({ length: 40 }, (_, i) => spike(50_000, 50_000 - i * 60, 50_000 + i * 60, 3));
    const { order, clock, sim } = await at(...wild);
    for (let i = 0; i < 30; i += 1) {
      await order('BUY', limitGtc('0.00313377', String(49_900 - i * 37)));
      if (i > 5) await order('SELL', limitGtc('0.00100007', String(50_100 + i * 41)));
      clock.advanceTo(START + i * MINUTE + 7_000);
    }
    clock.advanceTo(START + 55 * MINUTE);
    sim.admin.advance();

    const fills = sim.admin.fills().map(({ order: { side }, price: at, size, commission }) => {
      const value = notional(size, at, 'down');
      const isBuy = side === 'BUY';
      return { cash: (isBuy ? -value : value) - commission, coins: isBuy ? size : -size };
    });
    const cash = fills.reduce((sum, fill) => sum + fill.cash, usd('10000') as bigint);
    const coins = fills.reduce((sum, fill) => sum + fill.coins, 0n);
    expect(sim.admin.fills().length).toBeGreaterThan(20);
    expect(usd(sim.admin.balances()['USD']?.total ?? '')).toBe(cash);
    expect(quantity(sim.admin.balances()['BTC']?.total ?? '0')).toBe(coins);
  });
});

describe('cancel and edit', () => {
  it('answers every kind of cancel with its word and matches results by id', async () => {
    const { order, call } = await stage();
    const open = (await order('BUY', limitGtc('0.01', '49000'))).body.success_response.order_id;
    const filled = (await order('BUY', limitIoc('0.01', '51000'))).body.success_response.order_id;

    const first = await call('POST', '/orders/batch_cancel', { order_ids: [open, filled, 'nobody'] });
    const again = await call('POST', '/orders/batch_cancel', { order_ids: [open] });

    expect(first.body.results).toEqual([
      { success: true, failure_reason: 'UNKNOWN_CANCEL_FAILURE_REASON', order_id: open },
      { success: false, failure_reason: 'ORDER_IS_FULLY_FILLED', order_id: filled },
      { success: false, failure_reason: 'UNKNOWN_CANCEL_ORDER', order_id: 'nobody' },
    ]);
    expect(again.body.results[0]).toMatchObject({ success: false, failure_reason: 'DUPLICATE_CANCEL_REQUEST' });
  });

  it('takes at most 100 ids', async () => {
    const { call } = await stage();

    const ids = Array.from({ length: 101 }, (_, i) => `x${i}`);

    expect((await call('POST', '/orders/batch_cancel', { order_ids: ids })).status).toBe(400);
    expect((await call('POST', '/orders/batch_cancel', { order_ids: ids.slice(1) })).status).toBe(200);
  });

  it('lets an order fill between the accepted cancel and its effect', async () => {
    const market = scriptedMarket({ BTC: [...quiet.slice(0, 2), spike(50_000, 48_000, 50_000), ...quiet] });
    const { order, call, read, clock } = await stage({ market, cancelLagMs: 3 * MINUTE });
    const id = (await order('BUY', limitGtc('0.01', '49000'))).body.success_response.order_id;
    const other = (await order('BUY', limitGtc('0.01', '30000'))).body.success_response.order_id;

    await call('POST', '/orders/batch_cancel', { order_ids: [id, other] });
    expect(await read(id)).toMatchObject({ status: 'CANCEL_QUEUED', pending_cancel: true });

    clock.advanceTo(START + 4 * MINUTE);
    expect((await read(id)).status).toBe('FILLED');
    expect((await read(other)).status).toBe('CANCELLED');
  });

  it('edits size and price of an open GTC limit and keeps the history', async () => {
    const { order, call, read, sim } = await stage();
    const id = (await order('BUY', limitGtc('0.01', '49000'))).body.success_response.order_id;

    const edited = await call('POST', '/orders/edit', { order_id: id, size: '0.02', price: '48000' });

    expect(edited.body).toEqual({ success: true, errors: [] });
    expect(await read(id)).toMatchObject({ status: 'OPEN', edit_history: [{ price: '49000', size: '0.01' }] });
    expect(sim.admin.balances()['USD']?.hold).toBe('971.52');
    const repeat = await call('POST', '/orders/edit', { order_id: id, size: '0.02', price: '48000' });
    expect(repeat.body.errors[0].edit_failure_reason).toBe('EDIT_REQUEST_EQUAL_TO_ORIGINAL_REQUEST');
  });

  it('trades at once when an edit reaches the other side', async () => {
    const { order, call, read } = await stage();
    const id = (await order('BUY', limitGtc('0.01', '49000'))).body.success_response.order_id;

    await call('POST', '/orders/edit', { order_id: id, size: '0.01', price: '51000' });

    expect((await read(id)).status).toBe('FILLED');
  });

  it.each([
    ['an unknown order', { order_id: 'nobody', size: '1' }, 'ORDER_NOT_FOUND'],
    ['a size off the grid', { size: '0.000000001' }, 'INVALID_EDITED_SIZE'],
    ['a price off the grid', { price: '48000.001' }, 'INVALID_EDITED_PRICE'],
    ['more than the funds', { size: '5' }, 'COMMANDER_REJECTED_EDIT_ORDER'],
    ['a size below the smallest value', { size: '0.00000001' }, 'INVALID_EDITED_SIZE'],
  ])('refuses an edit of %s', async (_, change, reason) => {
    const { order, call } = await stage();
    const id = (await order('BUY', limitGtc('0.01', '49000'))).body.success_response.order_id;

    for (const path of ['/orders/edit', '/orders/edit_preview']) {
      const { body } = await call('POST', path, { order_id: id, ...change });
      expect(body.errors[0].edit_failure_reason).toBe(reason);
    }
  });

  it('refuses an edit of an order that is done or not a limit', async () => {
    const { order, call } = await stage();
    const done = (await order('BUY', limitIoc('0.01', '51000'))).body.success_response.order_id;
    const bracket = { trigger_bracket_gtc: { base_size: '0.01', limit_price: '60000', stop_trigger_price: '40000' } };
    const other = (await order('SELL', bracket)).body.success_response.order_id;

    const reasonOf = async (order_id: string) =>
      (await call('POST', '/orders/edit', { order_id, size: '0.02' })).body.errors[0].edit_failure_reason;

    expect(await reasonOf(done)).toBe('ONLY_OPEN_ORDERS_CAN_BE_EDITED');
    expect(await reasonOf(other)).toBe('ONLY_LIMIT_ORDER_EDITS_SUPPORTED');
  });
});
