import { beforeEach, describe, expect, it } from 'vitest';
import { quantity, toText } from '../core/money/fixed.ts';
import { heldQuantity } from '../core/portfolio/ledger.ts';
import type { Exchange } from '../ports/exchange.ts';
import { reconcile } from './reconcile.ts';
import { approvedOrder, BTC, type Desk } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';
import { booksOf, toldUnfilled } from './testing/steps.ts';

let desk: Desk;
eachDesk((opened) => {
  desk = opened;
});

describe('a sale that cannot be placed', () => {
  const stop = () => approvedOrder(desk, { side: 'SELL', reason: 'stop', limit: '98', nonce: 'x1' });
  const told = () => desk.alerts.map(({ severity, fingerprint, detail }) => ({ severity, fingerprint, detail }));

  beforeEach(async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    await drain(desk);
    desk.nowMs += 60_000;
  });

  it.each<[string, Partial<Exchange>, string]>([
    ['by the POST', { place: async () => FORBIDDEN }, 'refused: http 403: Missing required scopes'],
    ['by the preview', { preview: async () => FORBIDDEN }, 'preview: refused: http 403: Missing required scopes'],
  ])('[REQ-AL1] [I12] is told while the position is there: refused %s', async (_where, exchange, reason) => {
    await cycleWith(desk.ports, desk.settings, [stop()]);
    await drain(desk, withExchange(exchange));

    expect(told()).toEqual([
      { severity: 'WARNING', fingerprint: 'SALE_FAILED:BTC-USD', detail: `${stop().client_order_id}: ${reason}` },
    ]);
  });

  it('[REQ-AL1] [I12] is told when the order in its way does not end', async () => {
    const sale = { side: 'SELL', limit: '120', nonce: 'p1', purpose: 'protect' } as const;
    const guard = { ...approvedOrder(desk, sale), route: { kind: 'bracket' as const } };
    await cycleWith(desk.ports, desk.settings, [guard]);
    await drain(desk);
    desk.nowMs += 60_000;
    await cycleWith(desk.ports, desk.settings, [{ ...stop(), replaces: guard.client_order_id }]);
    await drain(desk, withExchange({ cancel: async () => FORBIDDEN }));

    expect(told()).toMatchObject([
      { fingerprint: 'SALE_FAILED:BTC-USD', detail: expect.stringContaining('in its way') },
    ]);
  });

  it('[REQ-AL1] [I12] is told when it ended without a fill: the market had fallen through its limit', async () => {
    await cycleWith(desk.ports, desk.settings, [stop()]);
    desk.bid = '90';
    desk.ask = '90.1';
    await drain(desk);

    expect(told()).toMatchObject([
      { fingerprint: 'SALE_FAILED:BTC-USD', detail: expect.stringContaining('without a fill at 98') },
    ]);
  });

  it.each(['EXPIRED', 'FAILED'] as const)(
    '[I6] is over when the exchange calls its end %s, and keeps nothing reserved',
    async (status) => {
      await cycleWith(desk.ports, desk.settings, [stop()]);
      const order: Exchange['order'] = async (id) => {
        const seen = await unfilled(id);
        return seen.kind === 'ok' ? { kind: 'ok', value: { ...seen.value, status, detail: 'NO_LIQUIDITY' } } : seen;
      };
      desk.bid = '90';
      await drain(desk, withExchange({ order }));

      expect((await books()).working).toEqual({});
      expect(told()).toMatchObject([{ detail: expect.stringContaining('without a fill') }]);
      expect((await desk.ports.orders.find(stop().client_order_id))?.reason).toBe('NO_LIQUIDITY');
    },
  );

  it('is nothing to tell while it may still fill, or of a part that it has sold', async () => {
    await cycleWith(desk.ports, desk.settings, [stop()]);
    const open: Exchange['order'] = async (id) => {
      const seen = await unfilled(id);
      return seen.kind === 'ok' ? { kind: 'ok', value: { ...seen.value, status: 'OPEN' } } : seen;
    };
    await drain(desk, withExchange({ order: open, fillsSince: async () => ({ kind: 'ok', value: [] }) }));
    expect(told()).toEqual([]);

    const half = quantity('0.25');
    const part: Exchange['order'] = async (id) => {
      const seen = await unfilled(id);
      return seen.kind === 'ok' ? { kind: 'ok', value: { ...seen.value, filledQuantity: half } } : seen;
    };
    const fillsSince: Exchange['fillsSince'] = async (sinceMs, ids) => {
      const real = await desk.exchange.fillsSince(sinceMs, ids);
      return real.kind === 'ok' ? { kind: 'ok', value: real.value.map((fill) => ({ ...fill, quantity: half })) } : real;
    };
    const before = await books();
    await reconcile(withExchange({ order: part, fillsSince }), desk.settings, before, before.fence);
    expect((await books()).working).toEqual({});
    expect(toText(heldQuantity(await books(), BTC))).toBe('0.25');
    expect(told().filter(({ fingerprint }) => fingerprint === 'SALE_FAILED:BTC-USD')).toEqual([]);
  });

  it('[REQ-AL1] [I12] is told when no worker took it in time', async () => {
    await cycleWith(desk.ports, desk.settings, [stop()]);
    desk.messages.length = 0;
    desk.nowMs += 60_000;
    await cycleWith(desk.ports, desk.settings, []);

    expect(told()).toMatchObject([{ fingerprint: 'SALE_FAILED:BTC-USD', detail: expect.stringContaining('expired') }]);
  });

  it.each<[string, (turn: Desk) => void]>([
    ['the kill switch is pulled', (turn) => Object.assign(turn, { kill: { kind: 'killed', reason: 'drill' } })],
    ['a purchase is refused', () => undefined],
  ])('is nothing of its own when %s', async (_why, turn) => {
    turn(desk);
    const order = desk.kill.kind === 'killed' ? stop() : approvedOrder(desk, { nonce: 'e2' });
    await cycleWith(desk.ports, desk.settings, [order]);
    await drain(desk, withExchange({ place: async () => FORBIDDEN }));

    expect(told()).toEqual([]);
  });
});

const FORBIDDEN = { kind: 'refused', status: 403, reasons: [], message: 'http 403: Missing required scopes' } as const;

const unfilled: Exchange['order'] = (id) => toldUnfilled(desk)(id);

function withExchange(exchange: Partial<Exchange>): Desk['ports'] {
  return { ...desk.ports, exchange: { ...desk.ports.exchange, ...exchange } };
}

const books = () => booksOf(desk);
