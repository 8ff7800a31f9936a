import { appendFileSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import { flat, limitGtc, limitIoc, MINUTE, marketBuy, START, scriptedMarket, spike, stage } from './stage.ts';

const newJournal = () => join(mkdtempSync(join(tmpdir(), 'simulator-')), 'journal.jsonl');
const market = () => scriptedMarket({ BTC: [...flat(50_000, 3), spike(50_000, 48_000, 50_000), ...flat(50_000, 30)] });

describe('the journal', () => {
  it('brings everything back in a new process: orders, fills, balances, holds, flags, ids', async () => {
    const journalPath = newJournal();
    const clock = virtualClock(START);
    const before = await stage({ journalPath, clock, market: market() });
    await before.order('BUY', limitIoc('0.01', '51000'), {
      attached_order_configuration: { trigger_bracket_gtc: { limit_price: '55000', stop_trigger_price: '45000' } },
    });
    const resting = (await before.order('BUY', limitGtc('0.01', '49000'))).body.success_response.order_id;
    await before.order('BUY', marketBuy('123.45'));
    await before.call('POST', '/orders/edit', { order_id: resting, size: '0.02', price: '49000' });
    before.sim.admin.setFlags('BTC-USD', { limitOnly: true });
    before.sim.admin.deposit('USD', '1.5');

    const after = await stage({ journalPath, clock, market: market(), keys: before.sim.keys });

    const look = async ({ call, sim }: typeof before) => [
      (await call('GET', '/orders/historical/batch')).body,
      (await call('GET', '/orders/historical/fills')).body,
      sim.admin.balances(),
      (await call('GET', '/products/BTC-USD')).body.limit_only,
    ];
    expect(await look(after)).toEqual(await look(before));
    clock.advanceTo(START + 5 * MINUTE);
    expect(await after.read(resting)).toMatchObject({ status: 'FILLED', filled_size: '0.02' });
    const repeat = await after.order('BUY', limitGtc('0.01', '49000'), { client_order_id: 'id-2' });
    expect(repeat.body.success_response.order_id).toBe(resting);
  });

  it('cuts off a half-written last line, wherever it was torn, and goes on', async () => {
    const journalPath = newJournal();
    const first = await stage({ journalPath });
    const kept = (await first.order('BUY', limitIoc('0.01', '51000'))).body.success_response.order_id;
    const whole = readFileSync(journalPath).length;
    await first.order('BUY', limitIoc('0.02', '51000'));
    const full = readFileSync(journalPath);

    for (const cut of [whole + 1, Math.floor((whole + full.length) / 2), full.length - 1]) {
      const torn = newJournal();
      writeFileSync(torn, full);
      truncateSync(torn, cut);
      const again = await stage({ journalPath: torn });

      expect(again.sim.admin.orders().map(({ orderId }) => orderId)).toEqual([kept]);
      expect(again.sim.admin.balances()['BTC']?.total).toBe('0.01');
      expect((await again.order('BUY', limitIoc('0.02', '51000'), { client_order_id: 'later' })).body.success).toBe(
        true,
      );
      const third = await stage({ journalPath: torn });
      expect(third.sim.admin.orders()).toHaveLength(2);
    }
  });

  it('writes an order and its fills in one line, before the reply', async () => {
    const journalPath = newJournal();
    const { order } = await stage({ journalPath });
    await order('BUY', limitIoc('0.01', '51000'));

    const lines = readFileSync(journalPath, 'utf8').trimEnd().split('\n');

    expect(lines).toHaveLength(3);
    const kinds = JSON.parse(lines[2] ?? '').map(({ kind }: { kind: string }) => kind);
    expect(kinds).toEqual(['order', 'fill', 'end']);
  });

  it.each(['{"name": "a key file"}', 'a page\nof notes\nwhose last line has no end'])(
    'leaves a file alone that is no journal: %j',
    async (text) => {
      const journalPath = newJournal();
      writeFileSync(journalPath, text);

      await expect(stage({ journalPath })).rejects.toThrow(/:1: not a journal of this simulator.*name another file/);

      expect(readFileSync(journalPath, 'utf8')).toBe(text);
    },
  );

  it('refuses a journal that is damaged in the middle or is none, naming file and line', async () => {
    const journalPath = newJournal();
    const { order } = await stage({ journalPath });
    appendFileSync(journalPath, 'garbage\n');
    await order('BUY', limitIoc('0.01', '51000'));
    const other = newJournal();
    writeFileSync(other, 'time,open\n');

    await expect(stage({ journalPath })).rejects.toThrow(/journal\.jsonl:3: unreadable journal line/);
    await expect(stage({ journalPath: other })).rejects.toThrow(/:1: not a journal of this simulator/);
  });

  it('gives the same ids and fills to the same run', async () => {
    const run = async () => {
      const { order, call, sim } = await stage({ seed: 3 });
      await order('BUY', marketBuy('100'));
      await order('BUY', limitGtc('0.01', '49000'));
      return [sim.admin.balances(), (await call('GET', '/orders/historical/batch')).text];
    };

    expect(await run()).toEqual(await run());
  });
});
