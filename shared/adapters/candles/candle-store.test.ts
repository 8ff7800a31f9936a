import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { candlesFrom } from '../../core/market/candles.ts';
import { productId } from '../../core/market/product.ts';
import { productOf } from '../../core/market/testing/product.ts';
import { openCandleStore } from './candle-store.ts';
import { columnFileName, readColumnFile, writeColumnFile } from './column-file.ts';
import { readCandleFile } from './csv.ts';
import { writeProductDay } from './product-days.ts';

const HOUR = 3_600_000;
const BTC = productId('BTC-USD');
const CSV = [
  'time,open,high,low,close,volume',
  '36000,100,110.5,95,105,1.25',
  '39600,105,106,104,104.5,0',
  '50400,104,104,90,91.00000001,7',
  '',
].join('\n');

describe('a folder of candles', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'candles-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const path = (name: string) => join(dir, name);
  const imported = (name: string) => {
    const file = readCandleFile(path(name));
    rmSync(path(name));
    writeColumnFile(path(columnFileName(file.symbol, file.interval)), file);
    return file;
  };

  it('gives the same bars and the same hash from CSV, from packed CSV and from columns', () => {
    writeFileSync(path('BTC-USD_1h.csv'), CSV);
    const plain = openCandleStore(dir);
    const hash = plain.dataHash([BTC], '1h');
    const bars = plain.load(BTC, '1h');
    rmSync(path('BTC-USD_1h.csv'));
    writeFileSync(path('BTC-USD_1h.csv.gz'), gzipSync(CSV));
    expect(openCandleStore(dir).dataHash([BTC], '1h')).toBe(hash);
    imported('BTC-USD_1h.csv.gz');

    expect(readdirSync(dir)).toEqual(['BTC-USD_1h.bars']);
    expect(openCandleStore(dir).dataHash([BTC], '1h')).toBe(hash);
    expect(openCandleStore(dir).load(BTC, '1h')).toEqual(bars);
    expect([...bars.index]).toEqual([10, 11, 14]);
    expect([...bars.close]).toEqual([105, 104.5, 91.00000001]);
  });

  it('brings any series back to the last bit, whatever its gaps', () => {
    const bar = fc.record({ skip: fc.nat(5), price: fc.double({ min: 1e-9, max: 1e9, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(bar, { maxLength: 60 }), (steps) => {
        const candles = candlesFrom(
          steps.map(({ price }, i) => ({
            index: steps.slice(0, i + 1).reduce((at, { skip }) => at + skip + 1, 0),
            open: price,
            high: price,
            low: price,
            close: price,
            volume: price / 3,
          })),
        );
        writeColumnFile(path('X-USD_1m.bars'), { symbol: 'X-USD', interval: '1m', candles });
        expect(readColumnFile(path('X-USD_1m.bars')).candles).toEqual(candles);
      }),
    );
  });

  it('cuts a range at the beginnings of bars and takes no bar twice', () => {
    writeFileSync(path('BTC-USD_1h.csv'), CSV);
    const store = openCandleStore(dir);
    const indices = (from?: number, to?: number) => [...store.load(BTC, '1h', from, to).index];

    expect(indices(10 * HOUR, 11 * HOUR)).toEqual([10]);
    expect(indices(10 * HOUR + 1, 14 * HOUR + 1)).toEqual([11, 14]);
    expect(indices(12 * HOUR, 13 * HOUR)).toEqual([]);
    expect(indices(20 * HOUR)).toEqual([]);
    expect(indices(undefined, 14 * HOUR)).toEqual([10, 11]);
  });

  it('refuses a file of which a bit is wrong or a byte is missing', () => {
    writeFileSync(path('BTC-USD_1h.csv'), CSV);
    imported('BTC-USD_1h.csv');
    const whole = readFileSync(path('BTC-USD_1h.bars'));
    const load = (bytes: Uint8Array) => {
      writeFileSync(path('BTC-USD_1h.bars'), bytes);
      return () => openCandleStore(dir).load(BTC, '1h');
    };

    for (let at = 0; at < whole.length; at += 7) {
      const wrong = Buffer.from(whole);
      wrong[at] = (wrong[at] as number) ^ 4;
      expect(load(wrong), `byte ${at}`).toThrow(/BTC-USD_1h\.bars: not a whole column file: .*trader data import/);
    }
    expect(load(whole.subarray(0, -1))).toThrow(/bytes long where 3 bars are promised/);
    expect(load(new Uint8Array())).toThrow(/does not begin/);
    expect(load(whole)().length).toBe(3);
  });

  it('has one name for a symbol whatever quote currency the files say, and refuses two files for it', () => {
    writeFileSync(path('BTC-USDT_1h.csv'), CSV);
    const store = openCandleStore(dir, { quoteCurrency: 'USD' });
    expect(store.symbols('1h')).toEqual([BTC]);
    expect(store.symbols('1m')).toEqual([]);
    expect(store.intervals).toEqual(['1h']);
    expect(store.load(BTC, '1h').length).toBe(3);

    cpSync(path('BTC-USDT_1h.csv'), path('BTC-USD_1h.csv'));
    expect(() => openCandleStore(dir, { quoteCurrency: 'USD' })).toThrow(/a second file for BTC-USD at 1h.*keep one/);
    expect(openCandleStore(dir).symbols('1h')).toEqual(['BTC-USD', 'BTC-USDT']);
  });

  it('says what is missing: the folder, any candles, the symbol', () => {
    expect(() => openCandleStore(path('none'))).toThrow(/none: there is no such folder/);
    expect(() => openCandleStore(dir)).toThrow(/no candles here; files are named/);
    writeFileSync(path('BTC-USD_1h.csv'), CSV);
    expect(() => openCandleStore(dir).load(productId('ETH-USD'), '1h')).toThrow(
      /no 1h bars of ETH-USD; there are BTC-USD/,
    );
    expect(() => openCandleStore(dir).load(BTC, '1m')).toThrow(/no 1m bars of BTC-USD; there are none at all/);
  });

  it('hashes exactly the series that are used, and the products with them', () => {
    writeFileSync(path('BTC-USD_1h.csv'), CSV);
    writeFileSync(path('ETH-USD_1h.csv'), CSV);
    const of = (...symbols: readonly string[]) => openCandleStore(dir).dataHash(symbols.map(productId), '1h');
    const both = of('BTC-USD', 'ETH-USD');

    expect(of('ETH-USD', 'BTC-USD')).toBe(both);
    expect(new Set([both, of('BTC-USD'), of('ETH-USD')]).size).toBe(3);
    writeProductDay(dir, 0, [productOf(BTC)]);
    expect(of('ETH-USD', 'BTC-USD')).not.toBe(both);
  });

  it('knows the products of a day from the moment they were taken, and clearly none before', () => {
    const day = (n: number, hour = 2) => (24 * n + hour) * HOUR;
    const halted = productOf(BTC, { tradingDisabled: true });
    writeFileSync(path('BTC-USD_1h.csv'), CSV);
    writeProductDay(dir, day(7), [halted]);
    writeProductDay(dir, day(3), [productOf(BTC)]);
    // Later the same day: what was said of BTC then stands, ETH comes along.
    writeProductDay(dir, day(7, 9), [productOf(BTC), productOf(productId('ETH-USD'))]);
    const { productsAt } = openCandleStore(dir);

    expect(productsAt(day(3) - 1)).toBeNull();
    expect(productsAt(day(6))?.products.get(BTC)?.flags.tradingDisabled).toBe(false);
    expect(productsAt(day(6))?.takenAtMs).toBe(day(3));
    expect(productsAt(day(8))?.products.get(BTC)).toEqual(halted);
    expect([...(productsAt(day(7, 8))?.products.keys() ?? [])]).toEqual(['BTC-USD']);
    expect([...(productsAt(day(8))?.products.keys() ?? [])]).toEqual(['BTC-USD', 'ETH-USD']);
  });

  it('refuses a products file that is not one, naming it', () => {
    writeFileSync(path('BTC-USD_1h.csv'), CSV);
    writeFileSync(path('products.json'), '{"format":1,"days":[{"taken_at":"yesterday","products":[]}]}');
    expect(() => openCandleStore(dir).productsAt(0)).toThrow(/products\.json: not a file of products by day\n.*/);
    writeFileSync(path('products.json'), '{');
    expect(() => openCandleStore(dir).productsAt(0)).toThrow(/products\.json: not JSON/);
  });
});
