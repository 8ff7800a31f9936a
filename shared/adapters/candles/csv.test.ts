import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCandleFile, readCandleFolder } from './csv.ts';

const HEADER = 'time,open,high,low,close,volume';
const GOOD = '1617321600,2,3,1,2.5,10';
const SHELF = process.env['TRADER_DATA_DIR'] ?? '../shared/data';

function file(text: string, name = 'BTC-USDT_1m.csv'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'candles-')), name);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

describe('readCandleFile', () => {
  it('reads plain and gzipped files into columns on the interval grid', () => {
    const text = `${HEADER}\n${GOOD}\n1617321720,0.0000125,0.0000126,0.0000124,0.0000125,0\n`;

    for (const name of ['SHIB-USDT_1m.csv', 'SHIB-USDT_1m.csv.gz']) {
      const { symbol, interval, candles } = readCandleFile(file(text, name));

      expect([symbol, interval, candles.length]).toEqual(['SHIB-USDT', '1m', 2]);
      expect([...candles.index]).toEqual([1617321600 / 60, 1617321720 / 60]);
      expect([...candles.close]).toEqual([2.5, 0.0000125]);
      expect([...candles.volume]).toEqual([10, 0]);
    }
  });

  it('accepts a file with Windows line ends, no last newline, or no row at all', () => {
    expect(readCandleFile(file(`${HEADER}\r\n${GOOD}\r\n`)).candles.length).toBe(1);
    expect(readCandleFile(file(`${HEADER}\n${GOOD}`)).candles.length).toBe(1);
    expect(readCandleFile(file(HEADER)).candles.length).toBe(0);
  });

  it('takes the mark that a spreadsheet puts in front of UTF-8 for no part of the header', () => {
    expect(readCandleFile(file(`\uFEFF${HEADER}\n${GOOD}\n`)).candles.length).toBe(1);
    expect(readCandleFile(file(`\uFEFF${HEADER}`)).candles.length).toBe(0);
  });

  it('reads every decimal as Number does', () => {
    const decimal = fc
      .tuple(fc.bigInt(10n ** 5n, 10n ** 12n), fc.integer({ min: 0, max: 17 }))
      .map(([digits, places]) => {
        const text = digits.toString().padStart(places + 1, '0');
        return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
      });
    void fc.assert(
      fc.property(decimal, (text) => {
        const { candles } = readCandleFile(file(`${HEADER}\n1617321600,${text},${text},${text},${text},${text}\n`));
        expect(candles.close[0]).toBe(Number(text));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a letter', '1617321660,2,3,1,x,10', /BTC-USDT_1m\.csv:3: close is "x"; allowed: a plain decimal/],
    ['an exponent', '1617321660,2,3,1,1e3,10', /:3: close is "1e3"; allowed: a plain decimal/],
    ['a sign', '1617321660,2,3,1,2,-10', /:3: volume is "-10"; allowed: a plain decimal/],
    ['an empty field', '1617321660,,3,1,2,10', /:3: open is ""; allowed/],
    ['a bare point', '1617321660,2.,3,1,2,10', /:3: open is "2\."; allowed/],
    ['a missing field', '1617321660,2,3,1,2', /:3: row is "1617321660,2,3,1,2"; allowed: 6 fields/],
    ['an extra field', '1617321660,2,3,1,2,10,11', /:3: row is .*; allowed: 6 fields/],
    ['an empty line', '', /:3: row is ""; allowed: 6 fields/],
    ['a time off the grid', '1617321661,2,3,1,2,10', /:3: time is 1617321661; allowed: .*multiple of 60/],
    ['milliseconds', '1617321660000,2,3,1,2,10', /:3: time is 1617321660000; allowed: unix seconds before 2200/],
    ['a repeated time', GOOD, /:3: time is 1617321600; allowed: later than the row before, 1617321600/],
    ['a price of zero', '1617321660,2,3,0,2,10', /:3: low is 0; allowed: a price of at least 1e-12/],
    ['a price of a trillion', '1617321660,2,1000000000001,1,2,10', /:3: high is 1000000000001; allowed: at most 1e12/],
    ['an endless volume', `1617321660,2,3,1,2,${'9'.repeat(400)}`, /:3: volume is .*; allowed: 0 to 1e18/],
    ['a high below the low', '1617321660,2,1,3,2,10', /:3: high is 1; allowed: at least the low, 3/],
    ['an open outside the range', '1617321660,4,3,1,2,10', /:3: open is 4; allowed: between low 1 and high 3/],
    ['a close outside the range', '1617321660,2,3,1,0.5,10', /:3: close is 0.5; allowed: between low 1 and high 3/],
  ])('names file, line, value and what is allowed for %s', (_, row, message) => {
    expect(() => readCandleFile(file(`${HEADER}\n${GOOD}\n${row}\n`))).toThrow(message);
  });

  it('refuses a wrong header, a wrong name and a cut gzip file', () => {
    expect(() => readCandleFile(file(`Time,Open\n${GOOD}\n`))).toThrow(
      /:1: header is "Time,Open"; allowed: exactly "time,/,
    );
    expect(() => readCandleFile(file(HEADER, 'btc_1m.csv'))).toThrow(/the name must be <BASE>-<QUOTE>_<interval>/);
    expect(() => readCandleFile(file(HEADER, 'BTC-USD_7m.csv'))).toThrow(/interval 1m, 5m/);
    const cut = file('', 'BTC-USD_1m.csv.gz');
    writeFileSync(cut, gzipSync(`${HEADER}\n${GOOD}\n`).subarray(0, 30));
    expect(() => readCandleFile(cut)).toThrow(/not a complete gzip file/);
  });
});

describe('readCandleFolder', () => {
  it('takes the files of the interval and leaves the others', () => {
    const dir = mkdtempSync(join(tmpdir(), 'candles-'));
    for (const name of ['BTC-USDT_1m.csv', 'ETH-USDT_1m.csv', 'ETH-USDT_1h.csv', 'README.md']) {
      writeFileSync(join(dir, name), `${HEADER}\n${GOOD}\n`);
    }

    expect([...readCandleFolder(dir, '1m').keys()]).toEqual(['BTC-USDT', 'ETH-USDT']);
    expect(() => readCandleFolder(dir, '1d')).toThrow(/no file named <BASE>-<QUOTE>_1d/);
  });
});

describe.skipIf(!existsSync(join(SHELF, '1m-2023q2')))(
  'the data shelf (skipped when TRADER_DATA_DIR is absent)',
  () => {
    it('reads a real folder whole', () => {
      const folder = readCandleFolder(join(SHELF, '1m-2023q2'), '1m');

      expect(folder.size).toBe(11);
      expect(folder.get('BTC-USDT')?.length).toBeGreaterThan(40_000);
    });
  },
);
