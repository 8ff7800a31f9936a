import { describe, expect, it } from 'vitest';
import type { Bar } from '../market/candles.ts';
import { productId } from '../market/product.ts';
import { price, quantity, toText } from '../money/fixed.ts';
import type { RestingOrder } from './desk.ts';
import type { FinerBars } from './finer-bars.ts';
import { advanceResting } from './resting.ts';
import { restingDesk } from './testing/resting-desk.ts';

type Terms = RestingOrder['terms'];

const BTC = productId('BTC-USD');
const START = 29_000_000;
const bracket: Terms = {
  type: 'trigger_bracket_gtc',
  base_size: quantity('2'),
  limit_price: price('110'),
  stop_trigger_price: price('95'),
};
const stopLimit: Terms = {
  type: 'stop_limit_stop_limit_gtc',
  base_size: quantity('2'),
  limit_price: price('94'),
  stop_price: price('95'),
};

type Ohlc = readonly [open: number, high: number, low: number, close: number, volume?: number];

/** What a sale that rests from the first bar on gets out of the bars, without any spread. */
function outcome(terms: Terms, bars: readonly Ohlc[], finer?: FinerBars) {
  const raw = bars.map(([open, high, low, close, volume = 1_000_000], i): Bar => {
    return { index: START + i, open, high, low, close, volume };
  });
  const { desk, fills } = restingDesk({ side: 'SELL', terms, size: '2', bars: raw, spreadBps: 0 });
  if (finer !== undefined) desk.market = { ...desk.market, baseInterval: '5m', finer };
  for (const i of bars.keys()) advanceResting(desk, START + i);
  return {
    fills: fills.map(({ fill, execution }) => [toText(fill.price), toText(fill.quantity), execution.liquidity]),
    isLive: desk.live.size > 0,
    desk,
  };
}

describe('protection on bars', () => {
  it.each<readonly [string, Terms, readonly Ohlc[], readonly (readonly string[])[]]>([
    ['a bracket at its target, when traded through', bracket, [[100, 110.5, 99, 108]], [['110', '2', 'MAKER']]],
    ['a bracket at its stop', bracket, [[100, 101, 94, 96]], [['95', '2', 'TAKER']]],
    ['the stop, where one bar reached both', bracket, [[100, 111, 94, 110]], [['95', '2', 'TAKER']]],
    ['the open, where the bar began below the stop', bracket, [[93, 94, 92, 93]], [['93', '2', 'TAKER']]],
    ['a stop-limit at its stop', stopLimit, [[100, 101, 94.5, 96]], [['95', '2', 'TAKER']]],
    ['the open of a gap that is still above the limit', stopLimit, [[94.5, 94.6, 94, 94.2]], [['94.5', '2', 'TAKER']]],
  ])('sells %s', (_, terms, bars, fills) => {
    const seen = outcome(terms, bars);

    expect(seen).toMatchObject({ fills, isLive: false });
    expect(seen.desk.account.positions).toEqual({});
    expect(seen.desk.account.working).toEqual({});
  });

  it.each<readonly [string, Terms, readonly Ohlc[]]>([
    ['a target that was only touched', bracket, [[100, 110, 99, 108]]],
    ['a stop-limit above whose stop the bar stayed', stopLimit, [[100, 120, 95.01, 100]]],
    ['a stop-limit that gapped below its limit', stopLimit, [[93, 93.9, 92, 93]]],
    ['a bracket that gapped below its floor, 5 % under the stop', bracket, [[90, 90.2, 85, 88]]],
    ['anything in a bar that nobody traded in', bracket, [[100, 100, 100, 100, 0]]],
  ])('does not sell %s', (_, terms, bars) => {
    expect(outcome(terms, bars)).toMatchObject({ fills: [], isLive: true });
  });

  it('sells a gapped stop-limit later, when the price comes back through its limit', () => {
    const bars: readonly Ohlc[] = [
      [93, 93.9, 92, 93],
      [93, 94, 92, 93],
      [93, 94.5, 92, 94],
    ];

    expect(outcome(stopLimit, bars)).toMatchObject({ fills: [['94', '2', 'MAKER']], isLive: false });
  });

  it('sells what 5 % of the volume allows, and the rest out of the bars after', () => {
    const bars: readonly Ohlc[] = [
      [100, 100, 94, 94, 20],
      [94, 94, 93, 93, 100],
    ];

    expect(outcome(bracket, bars)).toMatchObject({
      fills: [
        ['95', '1', 'TAKER'],
        ['94', '1', 'TAKER'],
      ],
      isLive: false,
    });
  });

  /** Minutes of the first five-minute bar, as [high, low]. */
  const minutes = (...path: readonly (readonly [number, number])[]): FinerBars => {
    const column = (pick: (at: number) => number) => Float64Array.from(path, (_, at) => pick(at));
    const own = {
      length: path.length,
      index: column((at) => START * 5 + at),
      high: column((at) => path[at]?.[0] as number),
      low: column((at) => path[at]?.[1] as number),
    };
    return { interval: '1m', series: new Map([[BTC, own]]) };
  };
  const both: Ohlc = [100, 111, 94, 100];

  it.each<readonly [string, FinerBars, string]>([
    ['the target, where finer bars reach it before the stop', minutes([101, 99], [111, 100], [111, 94]), '110'],
    ['the stop, where they reach it before the target', minutes([101, 94], [111, 100]), '95'],
    ['the stop, where one finer bar reaches both', minutes([101, 99], [111, 94]), '95'],
    ['the stop, where the target is only touched before it', minutes([110, 100], [101, 94], [111, 99]), '95'],
    ['the stop, where the finer bars have a hole in its place', minutes([111, 100]), '95'],
    ['the stop, where the finer bars lie elsewhere', minutes(), '95'],
    [
      'the stop, where the target is reached before it in minutes of the next bar only',
      minutes([101, 99], [101, 99], [101, 99], [101, 99], [101, 99], [111, 100], [111, 94]),
      '95',
    ],
  ])('[REQ-BT1] sells a bracket of a bar that reached both at %s', (_, finer, at) => {
    expect(outcome(bracket, [both], finer).fills).toEqual([[at, '2', at === '110' ? 'MAKER' : 'TAKER']]);
  });

  it('sells what the target left over of a bar that went on to the stop out of the next bar', () => {
    const bars: readonly Ohlc[] = [
      [100, 111, 94, 96, 20],
      [96, 97, 95.5, 96, 1_000],
    ];

    expect(outcome(bracket, bars, minutes([111, 100], [101, 94])).fills).toEqual([
      ['110', '1', 'MAKER'],
      ['95', '1', 'TAKER'],
    ]);
  });

  it('ends an order in the bar in which its time runs out, unfilled', () => {
    const terms: Terms = {
      type: 'limit_limit_gtd',
      base_size: quantity('2'),
      limit_price: price('101'),
      end_time_ms: START * 60_000 + 90_000,
      post_only: true,
    };
    const quiet: Ohlc = [100, 100.5, 99, 100];
    const through: Ohlc = [100, 105, 99, 100];

    expect(outcome(terms, [quiet, through])).toMatchObject({ fills: [], isLive: false });
    expect(outcome(terms, [through])).toMatchObject({ fills: [['101', '2', 'MAKER']], isLive: false });
  });
});
