import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openCandleStore } from '../../shared/adapters/candles/candle-store.ts';
import { writeColumnFile } from '../../shared/adapters/candles/column-file.ts';
import { fileProductArchive } from '../../shared/adapters/local/file-archive.ts';
import { keepProducts } from '../../shared/app/keep-products.ts';
import { candlesFrom } from '../../shared/core/market/candles.ts';
import { type Product, productId } from '../../shared/core/market/product.ts';
import { productOf } from '../../shared/core/market/testing/product.ts';
import { usd } from '../../shared/core/money/fixed.ts';
import { ok } from '../../shared/ports/answer.ts';
import { dailyProducts } from '../local/daily-products.ts';
import { dataCommand } from './data.ts';

const DAY_MS = 86_400_000;
const DAY = Date.UTC(2026, 0, 5);
const [BTC, ETH] = ['BTC-USD', 'ETH-USD'].map(productId) as [
  ReturnType<typeof productId>,
  ReturnType<typeof productId>,
];

describe('the products of each day', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'products-'));
    for (const symbol of [BTC, ETH]) {
      const bar = { index: 490_000, open: 1, high: 1, low: 1, close: 1, volume: 1 };
      const candles = candlesFrom([bar]);
      mkdirSync(join(dir, 'store'), { recursive: true });
      writeColumnFile(join(dir, 'store', `${symbol}_1h.bars`), { symbol, interval: '1h', candles });
    }
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
    vi.restoreAllMocks();
  });
  const archive = () => join(dir, 'archive');
  const keep = (atMs: number, listed: readonly Product[]) => {
    const ports = { archive: fileProductArchive(archive()), clock: { nowMs: () => atMs } };
    return keepProducts({ ...ports, marketData: { products: async () => ok(listed) } }, 'USD');
  };
  async function brought() {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const args = ['products', '--archive', archive(), '--out', join(dir, 'store'), '--json'];
    await dataCommand().parseAsync(args, { from: 'user' });
    return JSON.parse(lines.join(''));
  }

  it('[REQ-BT1] come from the archive into the store, each known from its own moment on', async () => {
    const dear = { ...productOf(BTC), quoteMinSize: usd('5') };
    await keep(DAY, [productOf(BTC), productOf(ETH), productOf(productId('SOL-USD')), productOf(productId('BTC-EUR'))]);
    await keep(DAY + DAY_MS, [dear]);
    const report = await brought();
    const store = openCandleStore(join(dir, 'store'));

    expect(report).toMatchObject({ lists: 2, new_lists: 2, first: '2026-01-05', last: '2026-01-06', absent: [ETH] });
    expect(store.productsAt(DAY - 1)).toBeNull();
    expect([...(store.productsAt(DAY)?.products.keys() ?? [])]).toEqual([BTC, ETH]);
    expect(store.productsAt(DAY + DAY_MS)?.products.get(BTC)?.quoteMinSize).toBe(usd('5'));
    expect([...(store.productsAt(DAY + DAY_MS)?.absent ?? [])]).toEqual([ETH]);
    const before = readFileSync(join(dir, 'store', 'products.json'), 'utf8');
    expect((await brought()).new_lists).toBe(0);
    expect(readFileSync(join(dir, 'store', 'products.json'), 'utf8')).toBe(before);
  });

  it('are small, one file a day, and the first list of a day stays', async () => {
    await keep(
      DAY,
      Array.from({ length: 400 }, (_, i) => productOf(productId(`C${i}-USD`))),
    );
    const [name] = readdirSync(join(archive(), 'products'));
    const bytes = readFileSync(join(archive(), 'products', name ?? ''));
    await keep(DAY + 60_000, [productOf(BTC)]);

    expect(name).toBe('2026-01-05.json.gz');
    expect(bytes.length).toBeLessThan(20_000);
    expect(readFileSync(join(archive(), 'products', '2026-01-05.json.gz'))).toEqual(bytes);
  });

  it('are an error where the exchange does not say, or lists nothing of the currency', async () => {
    const ports = { archive: fileProductArchive(archive()), clock: { nowMs: () => DAY } };
    const down = { products: async () => ({ kind: 'unavailable', message: 'down' }) as never };

    await expect(keepProducts({ ...ports, marketData: down }, 'USD')).rejects.toThrow(/^products: /);
    await expect(keep(DAY, [productOf(productId('BTC-EUR'))])).rejects.toThrow(/lists nothing in USD/);
  });

  it('are left behind by the first cycle of a day of a local run that has read them', async () => {
    let listed: readonly Product[] | undefined;
    let now = DAY;
    const parts = { stateDir: archive(), clock: { nowMs: () => now }, quoteCurrency: 'USD' };
    const leave = dailyProducts({ ...parts, marketCache: { products: () => listed } });
    await leave(now);
    expect(() => readdirSync(join(archive(), 'products'))).toThrow(/ENOENT/);
    listed = [productOf(BTC)];
    for (now = DAY; now < DAY + 2 * DAY_MS; now += DAY_MS / 4) await leave(now);

    expect(readdirSync(join(archive(), 'products'))).toEqual(['2026-01-05.json.gz', '2026-01-06.json.gz']);
  });

  it('says what is wrong with a folder or a file', async () => {
    await expect(brought()).rejects.toThrow(/there is no such folder/);
    mkdirSync(join(archive(), 'products'), { recursive: true });
    await expect(brought()).rejects.toThrow(/no list of products here/);
    writeFileSync(join(archive(), 'products', '2026-01-05.json.gz'), 'torn');
    await expect(brought()).rejects.toThrow(/2026-01-05\.json\.gz: not a list of products/);
  });
});
