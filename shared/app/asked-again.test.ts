import { describe, expect, it } from 'vitest';
import { type Answer, ok } from '../ports/answer.ts';
import type { MarketData } from '../ports/market-data.ts';
import { placeOrder } from './place-order.ts';
import { approvedOrder, BTC, type Desk } from './testing/desk.ts';
import { eachDesk } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';
import { booksOf, recordOf, tradeOnce } from './testing/steps.ts';
import { updateAccount } from './update-account.ts';

let desk: Desk;
eachDesk((opened) => {
  desk = opened;
});

describe('what is asked again right before the POST', () => {
  it.each<[string, (desk: Desk) => unknown, string]>([
    [
      '[I4] [REQ-K1] the kill switch',
      (at) => Object.assign(at, { kill: { kind: 'killed', reason: 'drill' } }),
      'killed: drill',
    ],
    ['[I4] the deadline', (at) => Object.assign(at, { nowMs: at.nowMs + 46_000 }), 'expired'],
    [
      '[I4] [REQ-ST1] the age of the quote',
      (at) => Object.assign(at, { quoteAgeMs: 5_001 }),
      'stale_quote: 5001 ms old',
    ],
    [
      '[I4] [REQ-EX1] the product',
      (at) => Object.assign(at, { flags: { tradingDisabled: true } }),
      'product_disabled: trading_disabled',
    ],
    [
      '[I4] [REQ-EX1] an unknown status',
      (at) => Object.assign(at, { flags: { status: 'delisted' } }),
      'product_disabled: status=delisted',
    ],
  ])('%s stops it', async (_gate, turn, reason) => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    turn(desk);

    const [outcome] = await drain(desk);

    const status = reason === 'expired' ? 'EXPIRED' : 'CANCELLED';
    expect(outcome).toMatchObject({ kind: 'withdrawn', reason, record: { status } });
    expect(desk.posted).toEqual([]);
    expect((await books()).working).toEqual({});
  });

  it('[REQ-ST1] lets a quote of exactly the limit pass', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    desk.quoteAgeMs = 5_000;

    expect((await drain(desk))[0]?.kind).toBe('settled');
  });

  it('[I4] [REQ-K1] a kill between claim and POST is seen: nothing leaves and nothing is in doubt', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    const reads = [{ kind: 'armed' } as const, { kind: 'killed', reason: 'late' } as const];
    const ports = { ...desk.ports, killSwitch: { read: async () => reads.shift() ?? ({ kind: 'armed' } as const) } };

    const [outcome] = await drain(desk, ports);

    expect(outcome).toMatchObject({ kind: 'refused', reason: 'killed: late' });
    expect(recordOf(outcome).status).toBe('REJECTED');
    expect(desk.posted).toEqual([]);
  });

  it('[I4] a deadline that passes while the table is slow to take the claim is seen: nothing leaves', async () => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    const save: typeof desk.ports.orders.save = async (record) => {
      desk.nowMs += record.status === 'SENDING' ? 46_000 : 0;
      return desk.ports.orders.save(record);
    };

    const [outcome] = await drain(desk, { ...desk.ports, orders: { ...desk.ports.orders, save } });

    expect(outcome).toMatchObject({ kind: 'refused', reason: 'expired before sending' });
    expect(desk.posted).toEqual([]);
    expect((await books()).working).toEqual({});
  });

  it('[I3] [REQ-X3] a preview above the reservation stops it', async () => {
    const order = approvedOrder(desk);
    await cycleWith(desk.ports, desk.settings, [
      { ...order, reserved: (order.reserved / 2n) as typeof order.reserved },
    ]);

    const [outcome] = await drain(desk);

    expect(outcome?.kind).toBe('withdrawn');
    expect(desk.posted).toEqual([]);
  });

  it.each([
    ['BIG_ORDER', 'withdrawn'],
    ['OPEN_ORDERS_EXCEED_COMPLIANCE_PURCHASE_LIMIT_MAY_CANCEL', 'withdrawn'],
    ['SMALL_ORDER', 'settled'],
  ])(
    '[REQ-X2] an entry that the preview warns of with %s is %s; a sale goes on and keeps the word',
    async (word, kind) => {
      const inner = desk.ports.exchange;
      const preview: typeof inner.preview = async (order) => {
        const answer = await inner.preview(order);
        return answer.kind === 'ok' ? ok({ ...answer.value, warnings: [word] }) : answer;
      };
      const warning = { ...desk.ports, exchange: { ...inner, preview } };
      await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
      const [entry] = await drain(desk, warning);
      expect(entry?.kind).toBe(kind);

      if (kind === 'withdrawn') {
        await cycleWith(desk.ports, desk.settings, [approvedOrder(desk, { nonce: 'e2' })]);
        await drain(desk);
      }
      await cycleWith(desk.ports, desk.settings, [approvedOrder(desk, { side: 'SELL', limit: '99', nonce: 'x1' })]);
      const [sale] = await drain(desk, warning);
      expect(sale).toMatchObject({ kind: 'settled', record: { preview: { warnings: [word] } } });
    },
  );

  it('[I5] [REQ-R1] a sale of more than is held stops it', async () => {
    await trade();
    await cycleWith(desk.ports, desk.settings, [
      approvedOrder(desk, { side: 'SELL', quantity: '0.5001', limit: '99', nonce: 'x1' }),
    ]);

    expect((await drain(desk))[0]).toMatchObject({ kind: 'withdrawn', reason: 'shorting_disallowed' });
  });

  it('[I10] [REQ-M1] LIVE sends nothing without authority, DRY_RUN nothing at all, and LIVE with authority does', async () => {
    const order = (nonce: string) => approvedOrder(desk, { nonce });
    const send = async (nonce: string, mode: 'LIVE' | 'DRY_RUN', refusal: string | null) => {
      await cycleWith(desk.ports, desk.settings, [order(nonce)]);
      const message = desk.messages.shift() as (typeof desk.messages)[number];
      const ports = { ...desk.ports, liveAuthority: { refusal: async () => refusal } };
      return placeOrder(ports, { ...desk.settings, mode }, message);
    };

    const reason = 'LIVE is not authorised: not on this desk';
    expect(await send('e1', 'LIVE', 'not on this desk')).toMatchObject({ kind: 'withdrawn', reason });
    expect(await send('e2', 'DRY_RUN', null)).toMatchObject({ kind: 'withdrawn', reason: 'mode is DRY_RUN' });
    expect(desk.posted).toEqual([]);
    expect(await send('e3', 'LIVE', null)).toMatchObject({ kind: 'settled' });
  });

  it.each<[string, Partial<MarketData>]>([
    ['no quote: unavailable: down', { quotes: async () => DOWN }],
    ['no two-sided quote', { quotes: async () => ok([]) }],
    ['no product status: unavailable: down', { product: async () => DOWN }],
  ])('[I4] [REQ-ST1] what cannot be read of the market stops it: %s', async (reason, market) => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);

    const [outcome] = await drain(desk, { ...desk.ports, marketData: { ...desk.ports.marketData, ...market } });

    expect(outcome).toMatchObject({ kind: 'withdrawn', reason });
    expect(desk.posted).toEqual([]);
  });

  it.each<[string, Answer<never>]>([
    ['unavailable: down', DOWN],
    ['refused', { kind: 'refused', status: 400, reasons: ['INSUFFICIENT_FUND'], message: 'no coins' }],
  ])('[REQ-X2] a preview that is not answered, or says no, stops it: %s', async (reason, answer) => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    const exchange = { ...desk.ports.exchange, preview: async () => answer };

    const [outcome] = await drain(desk, { ...desk.ports, exchange });

    expect(outcome).toMatchObject({ kind: 'withdrawn', reason: expect.stringMatching(`^preview: ${reason}`) });
    expect(desk.posted).toEqual([]);
  });

  it.each([
    ['before it is prepared', 'withdrawn'],
    ['while it is prepared', 'refused'],
  ])('[I7] a freeze of its product stops it: %s', async (when, kind) => {
    await cycleWith(desk.ports, desk.settings, [approvedOrder(desk)]);
    const freeze = () =>
      updateAccount(desk.ports.accounts, (account) => ({ ...account, frozen: { [BTC]: 'ledger: 0.1 is missing' } }));
    if (kind === 'withdrawn') await freeze();
    const preview: Desk['exchange']['preview'] = async (order) => {
      if (kind === 'refused') await freeze();
      return desk.exchange.preview(order);
    };

    const [outcome] = await drain(desk, { ...desk.ports, exchange: { ...desk.ports.exchange, preview } });

    expect(outcome, when).toMatchObject({ kind, reason: 'frozen: ledger: 0.1 is missing' });
    expect(desk.posted).toEqual([]);
    expect((await books()).working).toEqual({});
  });
});

const DOWN = { kind: 'unavailable', message: 'down' } as const;
const trade = () => tradeOnce(desk);

const books = () => booksOf(desk);
