import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataCommand } from '../../cli/commands/data.ts';
import { printedBy } from '../../cli/research/study/testing/printed.ts';
import { replayMarket } from '../../simulator/market/replay.ts';

const HEADER = 'time,open,high,low,close,volume';
const ROWS = [0, 1, 2, 3].map((hour) => `${1_736_121_600 + hour * 3_600},100,105,99,${100 + hour},5`);

let dir = '';
const at = (name: string) => join(dir, name);
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'replay-'));
  writeFileSync(at('BTC-USDT_1h.csv'), `${[HEADER, ...ROWS].join('\n')}\n`);
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('a folder of candles as a market', () => {
  const of = (folder: string) => replayMarket({ dir: folder, interval: '1h', quoteCurrency: 'USD', seed: 7 });

  it('is the same whether the bars were imported or are CSV', async () => {
    await printedBy(dataCommand(), ['import', dir, '--out', at('store'), '--quote', 'USD']);

    const [csv, store] = [of(dir), of(at('store'))];
    expect(store.listings).toEqual(csv.listings);
    expect(store.range).toEqual(csv.range);
  });

  it('names the bars that there are when others are asked for', () => {
    const minutes = () => replayMarket({ dir, interval: '1m', quoteCurrency: 'USD' });
    expect(minutes).toThrow(`${dir}: no file of 1m bars in this folder; there are: 1h`);
  });
});
