import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lazyWindow } from './anchor.ts';
import { ema } from './ema.ts';
import { History } from './history.ts';
import { onceIn } from './once-in.ts';
import { readAt, readTail, settledAt } from './read.ts';
import { slidingHighest } from './sliding-extreme.ts';
import { EVERY_INDICATOR } from './testing/every-indicator.ts';
import { market } from './testing/market.ts';

const BARS = 1_500;
const WARMUP = 60;

describe.each(EVERY_INDICATOR)('[I8] $name read in a history', ({ make }) => {
  const bars = market(7, BARS, { quiet: 0.3 });
  const first = bars.index[0] as number;

  it('is bit for bit what a window cut for this bar alone says, now and a few bars ago', () => {
    const history = new History(bars);
    let compared = 0;
    for (let t = first; t < first + BARS; t += 1) {
      const grown = lazyWindow(history.view(0, t - first + 1), t, WARMUP);
      const cut = lazyWindow(bars, t, WARMUP);
      expect(grown?.length).toBe(cut?.length);
      if (grown === undefined || cut === undefined) continue;
      compared += 1;
      expect(grown.close).toStrictEqual(cut.close);
      for (const lag of [0, 1, 7]) {
        const end = cut.length - lag;
        expect(readAt(make, [], grown, end)).toStrictEqual(readAt(make, [], cut, end));
      }
      expect(readTail(make, [], grown, grown.length, 3)).toStrictEqual(readTail(make, [], cut, cut.length, 3));
    }
    expect(compared).toBeGreaterThan(1_000);
  });
});

describe('a window of a history', () => {
  const bars = market(3, 400);
  const first = bars.index[0] as number;
  const at = (history: History, t: number) => lazyWindow(history.view(0, t + 1), first + t, WARMUP);

  it('is the same object while its newest bar is, and so is the view of everything known', () => {
    const history = new History(bars);

    expect(at(history, 200)).toBe(at(history, 200));
    expect(history.view(3, 9)).toBe(history.view(3, 9));
    expect(at(history, 201)).not.toBe(at(history, 200));
  });

  it('says before its first bar what an indicator says that was never fed', () => {
    const grown = at(new History(bars), 200);
    const cut = lazyWindow(bars, first + 200, WARMUP);
    if (grown === undefined || cut === undefined) throw new Error('there are bars enough');

    expect(readAt(ema, [20], grown, 0)).toBe(readAt(ema, [20], cut, 0));
    expect(readAt(ema, [20], grown, 30)).toBe(readAt(ema, [20], cut, 30));
    expect(() => settledAt(ema, [20], grown, 19)).toThrow('19 bars are too few for 20');
    expect(settledAt(ema, [20], grown, 20)).toBe(readAt(ema, [20], cut, 20));
  });

  it('keeps its own copy: writing into it leaves the history as it was', () => {
    const history = new History(bars);
    const before = bars.close.slice();
    at(history, 200)?.close.fill(0);

    expect(bars.close).toStrictEqual(before);
  });

  it('[I9] shows nothing that came later, and tells the same when an older one is read after a newer one', () => {
    const history = new History(bars);
    const older = at(history, 200);
    const value = older && readAt(ema, [20], older, older.length);
    const newer = at(history, 203);

    expect(older?.length).toBe((newer?.length ?? 0) - 3);
    expect(older?.close.length).toBe(older?.length);
    expect(older && readAt(ema, [20], older, older.length)).toStrictEqual(value);
    expect(at(history, 200)?.close).toStrictEqual(older?.close);
  });

  it('is asked once for what is pure', () => {
    const window = at(new History(bars), 200);
    let asked = 0;
    const ask = () => {
      asked += 1;
      return undefined;
    };
    const settings = {};
    if (window === undefined) throw new Error('there is no window');
    onceIn(window, settings, ask);
    onceIn(window, settings, ask);
    onceIn(window, {}, ask);

    expect(asked).toBe(2);
  });
});

it('the highest of a sliding window is the highest of its numbers', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 60 }),
      (size, given) => {
        const highest = slidingHighest(size);
        given.forEach((value, i) => {
          highest.push(value);
          expect(highest.value()).toBe(Math.max(...given.slice(Math.max(0, i + 1 - size), i + 1)));
        });
      },
    ),
  );
});
