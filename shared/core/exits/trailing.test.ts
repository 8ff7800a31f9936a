import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountOf,
  calm,
  candlesTo,
  configOf,
  positionOf,
  SLOT_MS,
  SOL,
  snapshotOf,
  symbolOf,
  T,
} from '../../../test/core/world.ts';
import type { Regime } from '../cycle/decision-config.ts';
import { windowStart } from '../indicators/anchor.ts';
import type { SymbolSnapshot } from '../market/snapshot.ts';
import { type Price, price, quantity, toText, type Usd, usd } from '../money/fixed.ts';
import type { Position } from '../portfolio/account.ts';
import { dueExits, levelsOf } from './exit-kit.ts';
import { peakPrices } from './peak-price.ts';
import { stopLevels } from './stop-levels.ts';

type Exits = NonNullable<NonNullable<NonNullable<Parameters<typeof configOf>[0]>['policy']>['exits']>;

const MINUTE_MS = 60_000;
const shown = (level: Price | null) => level && toText(level);

describe('stop levels', () => {
  const levels = (exits: Exits, over: { isCrash?: boolean; peak?: string | null; atr?: number | null } = {}) => {
    const { isCrash = false, peak = '200', atr = 4 } = over;
    // Bought for 100 a coin, stopped at 90.
    const position = positionOf('2', {
      lots: [{ quantity: quantity('2'), cost: usd('200'), opened_at_ms: 0 }],
      stop_price: price('90'),
    });
    const context = {
      exits: configOf({ policy: { exits } }).policy.exits,
      isCrash,
      peak: peak === null ? null : price(peak),
      atr,
    };
    const { stop, trailing } = stopLevels(position, context);
    return [shown(stop), shown(trailing)];
  };

  it.each([
    ['nothing trails as shipped', {}, {}, ['90', null]],
    ['percent below the peak', { trailing_stop_pct: 5 }, {}, ['90', '190']],
    ['average true ranges below the peak', { trailing_stop_atr: 3 }, {}, ['90', '188']],
    ['the nearer one of both', { trailing_stop_pct: 5, trailing_stop_atr: 3 }, {}, ['90', '190']],
    ['the nearer one of both the other way', { trailing_stop_pct: 5, trailing_stop_atr: 2 }, {}, ['90', '192']],
    [
      'the percent alone where no range is known',
      { trailing_stop_pct: 5, trailing_stop_atr: 3 },
      { atr: null },
      ['90', '190'],
    ],
    ['less than a percent below the peak', { trailing_stop_pct: 0.5 }, {}, ['90', '199']],
    ['less than a range below the peak', { trailing_stop_atr: 0.5 }, {}, ['90', '198']],
    ['nothing without a peak', { trailing_stop_pct: 5 }, { peak: null }, ['90', null]],
    [
      'half the distance in a crash',
      { trailing_stop_pct: 5, tighten_stops_in_crash: true },
      { isCrash: true },
      ['95', '195'],
    ],
    [
      'half the ranges in a crash',
      { trailing_stop_atr: 3, tighten_stops_in_crash: true },
      { isCrash: true },
      ['95', '194'],
    ],
    ['the whole distance in a crash where asked for', { trailing_stop_pct: 5 }, { isCrash: true }, ['90', '190']],
    ['the whole distance outside a crash', { tighten_stops_in_crash: true }, {}, ['90', null]],
  ] as const)('%s', (_, exits, over, expected) => {
    expect(levels(exits, over)).toEqual(expected);
  });

  it('leave a stop above the cost, and a position without one, as they are', () => {
    const context = {
      exits: configOf({ policy: { exits: { tighten_stops_in_crash: true } } }).policy.exits,
      isCrash: true,
      peak: null,
      atr: null,
    };
    const lots = [{ quantity: quantity('1'), cost: usd('100'), opened_at_ms: 0 }];

    expect(stopLevels(positionOf('1', { lots, stop_price: price('110') }), context).stop).toBe(price('110'));
    expect(stopLevels(positionOf('1', { lots }), context).stop).toBeNull();
  });

  it('round the distance from the cost down and the one from the peak up, however small the coin', () => {
    const scenes = fc.record({
      cost: fc.bigInt({ min: 100n, max: 1_000_000n }),
      stop: fc.bigInt({ min: 1n, max: 99n }),
      peak: fc.bigInt({ min: 100n, max: 1_000_000n }),
      pct: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(scenes, ({ cost, stop, peak, pct }) => {
        const lots = [{ quantity: quantity('1'), cost: cost as Usd, opened_at_ms: 0 }];
        const tight = stopLevels(positionOf('1', { lots, stop_price: stop as Price }), {
          exits: configOf({ policy: { exits: { trailing_stop_pct: pct, tighten_stops_in_crash: true } } }).policy.exits,
          isCrash: true,
          peak: peak as Price,
          atr: null,
        });
        expect(2n * (cost - (tight.stop ?? 0n)) <= cost - stop).toBe(true);
        expect(200n * (peak - (tight.trailing ?? 0n)) >= peak * BigInt(pct)).toBe(true);
      }),
    );
  });
});

describe('the peak since the entry', () => {
  const market = (closes: readonly number[], bid: string | null, lastIndex = T) =>
    snapshotOf([
      symbolOf(SOL, {
        candles: { '1m': candlesTo(lastIndex, closes) },
        quote: bid === null ? null : { bid: price(bid), ask: price('500') },
      }),
    ]);
  const peak = (position: Partial<Position>, snapshot = market([100, 300, 110, 120], '115')) => {
    const account = accountOf({ positions: { [SOL]: positionOf('1', position) } });
    const symbols = new Map(snapshot.symbols.map((symbol) => [symbol.productId, symbol]));
    const found = peakPrices(account, snapshot, symbols, configOf().policy.data)[SOL];
    return found === undefined ? undefined : toText(found);
  };
  // The newest bar began a minute before the slot; the bar that closed at 300 two bars earlier.
  const openedAfter = { opened_at_ms: SLOT_MS - 2 * MINUTE_MS };

  it.each([
    ['what was known before', { ...openedAfter, peak_price: price('130') }, '130'],
    ['a close since the entry', { ...openedAfter, peak_price: price('110') }, '120'],
    ['no close of a bar that had begun before the entry', openedAfter, '120'],
    ['the very bar that began with the entry', { opened_at_ms: SLOT_MS - 3 * MINUTE_MS }, '300'],
    ['the bid now', { opened_at_ms: SLOT_MS }, '115'],
  ])('counts %s', (_, position, expected) => {
    expect(peak(position)).toBe(expected);
  });

  it('counts the oldest bar there is, and the cents of a coin that never cost a dollar', () => {
    expect(peak({ opened_at_ms: 0 }, market([300, 110, 120], '115'))).toBe('300');
    expect(peak({ opened_at_ms: 0 }, market([0.1, 0.12, 0.11], null))).toBe('0.12');
  });

  it('[I9] counts no bar that was not closed at the slot', () => {
    expect(peak(openedAfter, market([100, 110, 120, 400], '115', T + 1))).toBe('120');
  });

  it('[REQ-O1] counts no bid that is an outlier, and the close that confirms it', () => {
    const calm = { opened_at_ms: SLOT_MS, peak_price: price('101') };

    expect(peak(calm, market([100, 100, 100], '140'))).toBe('101');
    expect(peak({ ...openedAfter, peak_price: price('101') }, market([100, 100, 140], '140'))).toBe('140');
  });

  it('is what was known, or nothing, where there is no market', () => {
    expect(peak({ ...openedAfter, peak_price: price('130') }, snapshotOf([]))).toBe('130');
    expect(peak(openedAfter, snapshotOf([]))).toBeUndefined();
  });
});

describe('a trailing stop', () => {
  const exits = (exitsPolicy: Exits, bid: string, regime: Regime = 'chop') => {
    const config = configOf({ policy: { exits: exitsPolicy } });
    const snapshot = snapshotOf([symbolOf(SOL, { quote: { bid: price(bid), ask: price('500') } })]);
    return dueExits(accountOf({ positions: { [SOL]: positionOf('1') } }), {
      snapshot,
      symbols: new Map(snapshot.symbols.map((symbol) => [symbol.productId, symbol])),
      config,
      regime,
      peaks: { [SOL]: price('200') },
    });
  };

  it.each([
    ['a tick above the level', '190.01', []],
    ['at the level', '190', ['trailing_stop']],
    ['a tick below it', '189.99', ['trailing_stop']],
  ])('sells %s', (_, bid, reasons) => {
    expect(exits({ trailing_stop_pct: 5 }, bid).map(({ reason }) => reason)).toEqual(reasons);
  });

  it('is nearer in a crash, and says on record where all levels stood', () => {
    const [due] = exits({ trailing_stop_pct: 5, tighten_stops_in_crash: true }, '195', 'crash');

    expect(due).toMatchObject({ reason: 'trailing_stop', side: 'SELL', purpose: 'exit' });
    expect(due?.records).toMatchObject([
      { rule: 'exit_kit', verdict: 'allow', detail: 'bid 195, stop none, trailing stop 195, target none' },
    ]);
  });

  it('measures the average true range on the closed bars of the base interval', () => {
    // The saw tooth of the calm market moves 0.4 to 0.9 a bar.
    expect(exits({ trailing_stop_atr: 10 }, '190')).toHaveLength(1);
    expect(exits({ trailing_stop_atr: 10 }, '198')).toHaveLength(0);
    expect(exits({ trailing_stop_atr: 0.5 }, '190')).toHaveLength(1);
  });

  it('[I8] [I9] stands where it stood, whatever was fetched before the anchor or closed after the slot', () => {
    const lookback = 14;
    const bars = T - windowStart(T, lookback) + 1;
    const level = (candles: SymbolSnapshot['candles']) => {
      const snapshot = snapshotOf([symbolOf(SOL, { candles })]);
      return levelsOf(SOL, positionOf('1'), {
        snapshot,
        symbols: new Map(snapshot.symbols.map((symbol) => [symbol.productId, symbol])),
        config: configOf({ policy: { exits: { trailing_stop_atr: 3, trailing_atr_lookback_bars: lookback } } }),
        regime: 'chop',
        peaks: { [SOL]: price('200') },
      }).trailing;
    };
    const plain = level({ '1m': candlesTo(T, calm(bars)) });

    expect(plain).not.toBeNull();
    expect(level({ '1m': candlesTo(T, [100, 900_000, 100, ...calm(bars)]) })).toBe(plain);
    expect(level({ '1m': candlesTo(T + 1, [...calm(bars), 500]) })).toBe(plain);
    expect(level({})).toBeNull();
  });
});
