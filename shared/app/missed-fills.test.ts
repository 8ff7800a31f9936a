import { describe, expect, it } from 'vitest';
import { toText } from '../core/money/fixed.ts';
import type { Account } from '../core/portfolio/account.ts';
import { heldQuantity } from '../core/portfolio/ledger.ts';
import { bookMissedFills } from './missed-fills.ts';
import { approvedOrder, BTC } from './testing/desk.ts';
import { deskOpener } from './testing/each-desk.ts';
import { cycleWith, drain } from './testing/pipeline.ts';

describe('fills that the books have missed', () => {
  const openDesk = deskOpener();

  it('[I5] [I6] are booked as they were dealt, though the exchange lists the newest first', async () => {
    const desk = openDesk();
    const trade = async (over: Parameters<typeof approvedOrder>[1]) => {
      await cycleWith(desk.ports, desk.settings, [approvedOrder(desk, over)]);
      await drain(desk);
      desk.nowMs += 60_000;
    };
    const books = async () => (await desk.ports.accounts.load()) as Account;
    await cycleWith(desk.ports, desk.settings, []);
    const before = await books();
    await trade({ quantity: '0.5' });
    await trade({ side: 'SELL', quantity: '0.5', limit: '99' });
    await trade({ quantity: '0.4' });
    const after = await books();
    expect(toText(heldQuantity(after, BTC))).toBe('0.4');

    // The table of before these trades.
    const { version, fence } = after;
    const older = { ...before, version: version + 1, fence };
    expect(await desk.ports.accounts.save(older)).toBe('saved');
    const fillsSince: typeof desk.exchange.fillsSince = async (sinceMs) => {
      const fills = await desk.exchange.fillsSince(sinceMs);
      return fills.kind === 'ok' ? { ...fills, value: fills.value.toSorted((a, b) => b.timeMs - a.timeMs) } : fills;
    };
    const ports = { ...desk.ports, exchange: { ...desk.ports.exchange, fillsSince } };
    await bookMissedFills(ports, desk.settings, older);

    const again = await books();
    expect(again.positions).toEqual(after.positions);
    expect(again.cash).toBe(after.cash);
    expect(again.frozen).toEqual({});
  });
});
