import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ColumnSource, parquetWriteFile } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openCandleStore } from '../../shared/adapters/candles/candle-store.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { productId } from '../../shared/core/market/product.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { startSimulator } from '../../simulator/server.ts';
import { dataCommand } from './data.ts';

const HOUR = 3_600_000;
const BTC = productId('BTC-USD');
const HEADER = 'time,open,high,low,close,volume';
const row = (hour: number, rest = '100,110,95,105,1') => `${hour * 3_600},${rest}`;
const csv = (...rows: readonly string[]) => `${[HEADER, ...rows].join('\n')}\n`;

describe('candles for research', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'data-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
    process.exitCode = undefined;
    vi.restoreAllMocks();
  });
  const path = (name: string) => join(dir, name);
  const store = () => path('store');

  async function output(...args: readonly string[]): Promise<string> {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    const command = dataCommand();
    for (const each of [command, ...command.commands]) {
      each.exitOverride().configureOutput({ writeErr: () => undefined });
    }
    await command.parseAsync(args, { from: 'user' });
    return lines.join('\n');
  }
  const json = async (...args: readonly string[]) => JSON.parse(await output(...args, '--json'));

  describe('data import', () => {
    it('keeps files and whole folders as columns, under the quote currency that is asked for', async () => {
      mkdirSync(path('csv'));
      writeFileSync(path('csv/BTC-USDT_1h.csv.gz'), gzipSync(csv(row(10), row(11), row(14))));
      writeFileSync(path('ETH-USD_1h.csv'), csv(row(10)));
      const { files } = await json('import', path('csv'), path('ETH-USD_1h.csv'), '--out', store(), '--quote', 'USD');

      expect(files).toMatchObject([
        { symbol: 'BTC-USD', interval: '1h', bars: 3, outcome: 'written', to: join(store(), 'BTC-USD_1h.bars') },
        { symbol: 'ETH-USD', bars: 1, outcome: 'written' },
      ]);
      expect(readdirSync(store())).toEqual(['BTC-USD_1h.bars', 'ETH-USD_1h.bars']);
      expect([...openCandleStore(store()).load(BTC, '1h').index]).toEqual([10, 11, 14]);
    });

    it('leaves the same bars alone and writes over others only when told to', async () => {
      const file = path('BTC-USD_1h.csv');
      const again = async (...args: readonly string[]) =>
        (await json('import', file, '--out', store(), ...args)).files[0].outcome;
      writeFileSync(file, csv(row(10)));
      expect(await again()).toBe('written');
      expect(await again()).toBe('unchanged');
      writeFileSync(file, csv(row(10), row(11)));
      await expect(again()).rejects.toThrow(/BTC-USD_1h\.bars holds other bars: .*--replace/);
      expect(openCandleStore(store()).load(BTC, '1h').length).toBe(1);
      expect(await again('--replace')).toBe('replaced');
      expect(openCandleStore(store()).load(BTC, '1h').length).toBe(2);
    });

    it('names the file and the line of the first faulty row, and writes nothing of it', async () => {
      writeFileSync(path('BTC-USD_1h.csv'), csv(row(10), row(11, '100,90,95,92,1')));
      await expect(output('import', path('BTC-USD_1h.csv'), '--out', store())).rejects.toThrow(
        /BTC-USD_1h\.csv:3: high is 90; allowed: at least the low, 95/,
      );
      expect(() => openCandleStore(store())).toThrow(/no such folder/);
    });

    const COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;
    const hours = [10, 11, 14];
    const values = { open: 100, high: 110.25, low: 95, close: 105, volume: 1.5 };
    function parquet(
      name: string,
      time: ColumnSource,
      change: Partial<Record<string, number[]>> = {},
      codec = 'SNAPPY',
    ) {
      const columns = COLUMNS.map((column): ColumnSource => {
        return { name: column, data: change[column] ?? hours.map(() => values[column]), type: 'DOUBLE' };
      });
      const filename = path(name);
      parquetWriteFile({
        filename,
        columnData: [time, ...columns],
        codec: codec as 'SNAPPY',
        compressors: { GZIP: gzipSync },
      });
      return filename;
    }
    const seconds: ColumnSource = { name: 'time', data: hours.map((hour) => BigInt(hour * 3_600)), type: 'INT64' };
    const stamps: ColumnSource = { name: 'time', data: hours.map((hour) => new Date(hour * HOUR)), type: 'TIMESTAMP' };

    it.each<readonly [string, ColumnSource, string]>([
      ['unix seconds', seconds, 'SNAPPY'],
      ['timestamps', stamps, 'SNAPPY'],
      ['gzip', seconds, 'GZIP'],
    ])('keeps Parquet with %s as it does CSV: the same bars, the same hash', async (_, time, codec) => {
      const file = parquet('BTC-USD_1h.parquet', time, {}, codec);
      const [kept] = (await json('import', file, '--out', store())).files;
      const rows = hours.map((hour) => row(hour, '100,110.25,95,105,1.5'));
      writeFileSync(path('BTC-USD_1h.csv'), csv(...rows));
      const [same] = (await json('import', path('BTC-USD_1h.csv'), '--out', store())).files;

      expect(kept).toMatchObject({ symbol: 'BTC-USD', interval: '1h', bars: 3, outcome: 'written' });
      expect(same).toMatchObject({ outcome: 'unchanged', data_hash: kept.data_hash });
    });

    it.each<readonly [string, ColumnSource, Partial<Record<string, number[]>>, RegExp]>([
      ['an impossible price', seconds, { high: [110, 90, 110] }, /row 2: high is 90; allowed: at least the low, 95/],
      ['a volume below zero', seconds, { volume: [1, 1, -1] }, /row 3: volume is -1/],
      ['a price that is none', seconds, { close: [105, Number.NaN, 105] }, /row 2: close is "NaN"; allowed: a finite/],
      [
        'milliseconds',
        { ...seconds, data: hours.map((hour) => BigInt(hour * HOUR * 1e6)) },
        {},
        /row 1: time is .*unix/,
      ],
      ['disorder', { ...seconds, data: [11n, 10n, 14n].map((hour) => hour * 3_600n) }, {}, /row 2: time .*later than/],
      ['a column less', { ...seconds, name: 'when' }, {}, /no column time; there are: when, open/],
    ])('names the row and the value of %s in Parquet, at import and at check', async (_, time, change, message) => {
      const file = parquet('BTC-USD_1h.parquet', time, change);

      await expect(output('import', file, '--out', store())).rejects.toThrow(message);
      const { files, ok } = await json('check', file);
      expect(ok).toBe(false);
      expect(
        `${files[0].faults[0].line === null ? '' : `row ${files[0].faults[0].line}: `}${files[0].faults[0].problem}`,
      ).toMatch(message);
    });

    it('says what it cannot read: no Parquet, other names, nothing, two files of one series', async () => {
      const refused = (...files: readonly string[]) =>
        expect(output('import', ...files.map(path), '--out', store(), '--quote', 'USD')).rejects;
      writeFileSync(path('BTC-USD_1h.parquet'), '');
      writeFileSync(path('bitcoin.csv'), csv(row(1)));
      writeFileSync(path('BTC-USD_1h.csv'), csv(row(1)));
      writeFileSync(path('BTC-USDT_1h.csv'), csv(row(1)));
      mkdirSync(path('empty'));

      writeFileSync(path('BTC-USD_1d.parquet'), 'PAR1 or so');
      await refused('BTC-USD_1d.parquet').toThrow(/BTC-USD_1d\.parquet: it cannot be read as Parquet/);
      await refused('bitcoin.csv').toThrow(/bitcoin\.csv: the name must be <BASE>-<QUOTE>_<interval>\.csv/);
      await refused('none.csv').toThrow(/none\.csv: there is no such file or folder/);
      await refused('empty').toThrow(/empty: no candles here/);
      await refused('BTC-USD_1h.csv', 'BTC-USDT_1h.csv').toThrow(/are both BTC-USD at 1h/);
    });
  });

  describe('data check', () => {
    it('counts bars, gaps and bars without volume, a line a file, and finds nothing wrong', async () => {
      writeFileSync(path('BTC-USD_1h.csv'), csv(row(10), row(13), row(14, '1,1,1,1,0'), row(20)));
      expect(await json('check', dir)).toMatchObject({
        ok: true,
        files: [
          {
            bars: 4,
            first: '1970-01-01T10:00:00.000Z',
            last: '1970-01-01T20:00:00.000Z',
            gaps: 2,
            missing_bars: 7,
            longest_gap: { from: '1970-01-01T15:00:00.000Z', bars: 5 },
            zero_volume_bars: 1,
          },
        ],
      });
      expect(process.exitCode).toBeUndefined();
      const text = await output('check', dir);
      expect(text).toMatch(/BTC-USD +1h +4 +1970-01-01 10:00 +1970-01-01 20:00 +2 +7 +5 from 1970-01-01 15:00 +1 +0/);
      expect(text).toContain('no faults');
    });

    it('finds every fault with file and line, goes on behind it, and ends with 1', async () => {
      const rows = [
        row(10),
        row(10),
        row(9),
        row(12, '100,110,95,120,1'),
        'x,1,1,1,1,1',
        row(13),
        `${14 * 3_600 + 1},1,1,1,1,1`,
      ];
      writeFileSync(path('BTC-USD_1h.csv'), csv(...rows));
      writeFileSync(path('ETH-USD_1h.csv'), 'time,price\n');
      writeFileSync(path('SOL-USD_1h.bars'), 'nothing of the kind');
      const report = await json('check', dir);

      expect(process.exitCode).toBe(1);
      expect(report).toMatchObject({ ok: false, faults: 7 });
      const [btc, eth, sol] = report.files;
      expect(btc.bars).toBe(2);
      expect(btc.faults.map(({ line }: { line: number }) => line)).toEqual([3, 4, 5, 6, 8]);
      const problems = btc.faults.map(({ problem }: { problem: string }) => problem);
      expect(problems[0]).toMatch(/a second bar of the same time/);
      expect(problems[1]).toMatch(/later than the row before/);
      expect(problems[2]).toMatch(/close is 120; allowed: between low 95 and high 110/);
      expect(problems[3]).toMatch(/time is "x"/);
      expect(problems[4]).toMatch(/a multiple of 3600/);
      expect(eth.faults[0].problem).toMatch(/header is "time,price"/);
      expect(sol.faults[0].problem).toMatch(/not a whole column file/);
      const text = await output('check', dir);
      expect(text).toContain(`${path('BTC-USD_1h.csv')}:5: close is 120`);
      expect(text).toMatch(/7 faults$/);
    });

    it('takes a gap for a fault where it is longer than permitted, in CSV and in columns', async () => {
      writeFileSync(path('BTC-USD_1h.csv'), csv(row(10), row(13), row(20)));
      await output('import', path('BTC-USD_1h.csv'), '--out', store());
      for (const [where, line] of [
        [dir, 4],
        [store(), 3],
      ] as const) {
        const { files } = await json('check', where, '--max-gap', '2');
        expect(files[0].faults).toMatchObject([
          { line, problem: expect.stringMatching(/^6 bars are missing from .*14:00/) },
        ]);
      }
      expect((await json('check', dir, '--max-gap', '6')).faults).toBe(0);
    });

    it('notices a column file under another name', async () => {
      writeFileSync(path('BTC-USD_1h.csv'), csv(row(10)));
      await output('import', path('BTC-USD_1h.csv'), '--out', store());
      writeFileSync(join(store(), 'ETH-USD_1h.bars'), readFileSync(join(store(), 'BTC-USD_1h.bars')));

      expect((await json('check', store())).files[1].faults[0].problem).toMatch(
        /it holds BTC-USD at 1h, not what its name/,
      );
      expect(() => openCandleStore(store()).load(productId('ETH-USD'), '1h')).toThrow(/holds BTC-USD at 1h/);
    });
  });

  describe('data synth', () => {
    const made = (...args: readonly string[]) =>
      json('synth', '--seed', '7', '--from', '2025-01-06', '--to', '2025-01-08', '--out', store(), ...args);

    it("[REQ-BT1] writes the simulator's market: the same seed the same bytes, another seed others", async () => {
      const { files } = await made('--symbols', 'BTC,ETH', '--interval', '5m');
      const bytes = readFileSync(join(store(), 'BTC-USD_5m.bars'));
      rmSync(store(), { recursive: true });
      await made('--symbols', 'BTC-USD,ETH', '--interval', '5m');

      expect(files).toMatchObject([{ symbol: 'BTC-USD', bars: 576 }, { symbol: 'ETH-USD' }]);
      expect(readFileSync(join(store(), 'BTC-USD_5m.bars'))).toEqual(bytes);
      const other = await made('--symbols', 'BTC,ETH', '--interval', '5m', '--seed', '8', '--replace');
      expect(other.files[0].data_hash).not.toBe(files[0].data_hash);
    });

    it('writes over no other bars, such as real ones, unless it is told to', async () => {
      await made('--symbols', 'BTC');
      const bytes = readFileSync(join(store(), 'BTC-USD_1h.bars'));
      await made('--symbols', 'BTC');

      await expect(made('--symbols', 'BTC', '--seed', '8')).rejects.toThrow(
        /BTC-USD_1h\.bars holds other bars: .*--replace/,
      );
      expect(readFileSync(join(store(), 'BTC-USD_1h.bars'))).toEqual(bytes);
      await made('--symbols', 'BTC', '--seed', '8', '--replace');
      expect(readFileSync(join(store(), 'BTC-USD_1h.bars'))).not.toEqual(bytes);
    });

    it('keeps the products beside the candles, known from the first bar on', async () => {
      await made('--symbols', 'BTC');
      const { productsAt } = openCandleStore(store());
      expect(productsAt(Date.UTC(2025, 0, 6) - 1)).toBeNull();
      expect(productsAt(Date.UTC(2025, 0, 6))?.products.get(BTC)?.base).toBe('BTC');
    });

    it('refuses a span without a bar and a coin that nobody made up', async () => {
      await expect(made('--to', '2025-01-06')).rejects.toThrow(/no 1h bar lies between .*choose a later --to/);
      await expect(made('--symbols', 'NIX')).rejects.toThrow(/no synthetic coin NIX; there are BTC/);
    });
  });

  describe('data download', () => {
    const DAY = 24 * HOUR;
    const today = Math.floor(Date.now() / DAY) * DAY;
    const date = (daysAgo: number) => new Date(today - daysAgo * DAY).toISOString().slice(0, 10);
    const market = syntheticMarket({ seed: 3, startMs: today, symbols: ['BTC', 'PEPE'] });

    async function exchange() {
      const simulator = await startSimulator({ market, clock: systemClock });
      onTestFinished(simulator.close);
      const asked = () => simulator.admin.requestLog().filter(({ path: at }) => at.includes('/candles')).length;
      return { simulator, asked };
    }
    const fetched = (url: string, from: number, to: number, ...args: readonly string[]) =>
      json(
        'download',
        '--symbols',
        'BTC,PEPE',
        '--interval',
        '5m',
        '--from',
        date(from),
        '--to',
        date(to),
        '--out',
        store(),
        '--exchange-url',
        url,
        ...args,
      );
    const barsOf = (id: string, from: number, to: number) =>
      market
        .bars(productId(id), '5m', (today - from * DAY) / 300_000, (today - to * DAY) / 300_000 - 1, today)
        .map(({ close }) => close);

    it('has the very bars and products of the exchange, checked', async () => {
      const { simulator } = await exchange();
      const report = await fetched(simulator.url, 4, 1);

      expect(report).toMatchObject({
        products: 2,
        downloaded: [{ symbol: 'BTC-USD', bars: 864, new_bars: 864, calls: 3 }, { symbol: 'PEPE-USD' }],
      });
      expect(report.files).toMatchObject([{ bars: 864, faults: [] }, { faults: [] }]);
      const opened = openCandleStore(store());
      for (const id of ['BTC-USD', 'PEPE-USD']) {
        expect([...opened.load(productId(id), '5m').close]).toEqual(barsOf(id, 4, 1));
      }
      expect(opened.productsAt(Date.now())?.products.get(BTC)?.priceIncrement).toBe(market.listings[0]?.priceIncrement);
    });

    it('asks only for what is missing: nothing twice, a longer span at both ends', async () => {
      const { simulator, asked } = await exchange();
      await fetched(simulator.url, 3, 2);
      const first = asked();
      await fetched(simulator.url, 3, 2);
      expect(asked()).toBe(first);
      const { downloaded } = await fetched(simulator.url, 4, 1);

      expect(downloaded).toMatchObject([{ new_bars: 576, calls: 2 }, { calls: 2 }]);
      expect([...openCandleStore(store()).load(BTC, '5m').close]).toEqual(barsOf('BTC-USD', 4, 1));
    });

    it('says which symbol the exchange does not list, before it fetches anything', async () => {
      const { simulator, asked } = await exchange();
      await expect(fetched(simulator.url, 2, 1, '--symbols', 'BTC,NIX')).rejects.toThrow(
        /--symbols: the exchange does not list NIX-USD/,
      );
      expect(asked()).toBe(0);
    });
  });
});
