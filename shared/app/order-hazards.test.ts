import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quantity, toText } from '../core/money/fixed.ts';
import type { Account } from '../core/portfolio/account.ts';
import { heldQuantity, release } from '../core/portfolio/ledger.ts';
import type { Exchange } from '../ports/exchange.ts';
import { approvedOrder, BTC, type Desk, type DeskStore, startDesks } from './testing/desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';
import { updateAccount } from './update-account.ts';

let desks: DeskStore;
let desk: Desk;
beforeAll(async () => {
  desks = await startDesks();
});
beforeEach(() => {
  desk = desks.open();
});
afterAll(() => desks.close());

describe('a fill of an order that was told as ended and unfilled', () => {
  /** What the exchange says of an order lags behind what it has dealt. */
  const unfilled: Exchange['order'] = async (id) => {
    const seen = await desk.exchange.order(id);
    if (seen.kind !== 'ok') return seen;
    return { kind: 'ok', value: { ...seen.value, status: 'CANCELLED', filledQuantity: quantity('0') } };
  };

  it('[I6] makes a position with the stop, the target and the strategy of its intent', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    await drain(desk, withExchange({ order: unfilled }));
    expect((await books()).working).toEqual({});

    desk.nowMs += 60_000;
    await cycleWith(desk.ports, desk.settings, []);

    const account = await books();
    expect(toText(heldQuantity(account, BTC))).toBe('0.5');
    const { stop_price, take_profit_price, strategy } = approvedOrder(desk);
    expect(account.positions[BTC]).toMatchObject({ stop_price, take_profit_price, strategy });
    expect(account.entries).toHaveLength(1);
  });

  it('[REQ-CD1] starts the pause after a stop when it sold by one', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    await drain(desk);
    desk.nowMs += 60_000;
    const stop = approvedOrder(desk, { side: 'SELL', reason: 'stop', limit: '98', nonce: 'x1' });
    await cycleWith(desk.ports, desk.settings, [stop]);
    await drain(desk, withExchange({ order: unfilled }));

    desk.nowMs += 60_000;
    await cycleWith(desk.ports, desk.settings, []);

    const account = await books();
    expect(account.positions).toEqual({});
    expect(account.cooldowns[BTC]?.reason).toBe('stop');
    expect(Object.keys(account.exit_results)).toEqual([stop.client_order_id]);
  });
});

describe('an intent whose reservation is given up while its worker is on the way', () => {
  it('[I3] is not sent: what was freed may be spent by somebody else', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    const preview: Exchange['preview'] = async (order) => {
      await updateAccount(desk.ports.accounts, (account) => Object.keys(account.working).reduce(release, account));
      return desk.exchange.preview(order);
    };

    const [outcome] = await drain(desk, withExchange({ preview }));

    expect(desk.posted).toEqual([]);
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'its reservation is gone' });
  });
});

function withExchange(exchange: Partial<Exchange>): Desk['ports'] {
  return { ...desk.ports, exchange: { ...desk.ports.exchange, ...exchange } };
}

async function books(): Promise<Account> {
  return (await desk.ports.accounts.load()) as Account;
}
