import { describe, expect, it } from 'vitest';
import type { Bar } from '../market/candles.ts';
import { productId } from '../market/product.ts';
import { fromNumber, notional, price, quantity, sizeFor, toIncrement, toText, usd } from '../money/fixed.ts';
import { FRICTIONLESS } from './fill-model.ts';
import type { BacktestReport } from './report-schema.ts';
import { runBacktest } from './run-backtest.ts';
import { barsAt, FACTS, FEES, FIRST, inputOf, NO_FEES, WARM_UP } from './testing/bar-world.ts';
import { alternating, heldFrom } from './testing/bench-strategies.ts';

const BTC = productId('BTC-USD');
const STRATEGY = 'donchian-breakout';
const flat = Array.from({ length: WARM_UP + 200 }, () => 100);
/** A steady climb in cents, well inside the target. */
const rising = flat.map((close, i) => Math.round((close + i * 0.03) * 100) / 100);

function run(bars: readonly Bar[], fees = NO_FEES, modules = heldFrom(STRATEGY, 0)): BacktestReport {
  return runBacktest(inputOf({ bars: new Map([[BTC, bars]]), fees, model: FRICTIONLESS, modules }), FACTS);
}

describe('[REQ-BT1] what can be reckoned by hand', () => {
  it('buying once and holding makes the size times the move, to the last digit', () => {
    const bars = barsAt(rising);
    const report = run(bars);
    const [entry, ...others] = report.trades;
    const at = bars.findIndex(({ index }) => index * 60_000 === Date.parse(entry?.time ?? ''));
    // 5 % of the equity at the worst price that was approved: 20 bps above the close that was seen.
    const seen = rising[at - 1] as number;
    const limit = fromNumber<'usd-per-base'>(seen * 1.002, price('0.01'), 'down');
    const onGrid = toIncrement(sizeFor(usd('500'), limit, 'down'), quantity('0.00000001'), 'down');
    const opened = price(String((bars[at] as Bar).open));
    const closed = price(String(rising.at(-1)));

    expect(others).toEqual([]);
    expect(entry).toMatchObject({ side: 'BUY', price: toText(opened), size: toText(onGrid), fee_usd: '0' });
    const expected = usd('10000') - notional(onGrid, opened, 'up') + notional(onGrid, closed, 'down');
    expect(usd(report.final.equity_usd)).toBe(expected);
  });

  it('acts on the bar after the signal and at its open, whatever that bar does later', () => {
    const bars = barsAt(rising).map((bar) => ({ ...bar, high: bar.high + 5, low: bar.low - 5 }));
    const start = FIRST + WARM_UP + 50;
    const report = run(bars, NO_FEES, heldFrom(STRATEGY, start));
    const [entry] = report.trades;

    // The bar `start` is closed at the slot start + 1, and the order meets the bar that opens then.
    expect(entry?.time).toBe(new Date((start + 1) * 60_000).toISOString());
    expect(entry?.price).toBe(String(bars.find(({ index }) => index === start + 1)?.open));
  });

  it('costs nothing to trade to and fro on a price that stands still, without fees and spread', () => {
    const report = run(barsAt(flat), NO_FEES, alternating(STRATEGY, 10));

    expect(report.trades.length).toBeGreaterThan(10);
    expect(report.final).toMatchObject({ cash_usd: '10000', equity_usd: '10000', realised_pnl_usd: '0' });
    expect(report.metrics).toMatchObject({ total_return_pct: 0, max_drawdown_pct: 0, fees_paid_usd: 0 });
  });

  it('costs exactly the fees there, when there are fees', () => {
    const report = run(barsAt(flat), FEES, alternating(STRATEGY, 10));
    const fees = report.trades.reduce((sum, { fee_usd }) => sum + usd(fee_usd), 0n);
    const traded = report.trades.reduce((sum, { size }) => sum + notional(quantity(size), price('100'), 'down'), 0n);

    expect(report.trades.length).toBeGreaterThan(10);
    expect(fees * 1_000n).toBe(traded * 12n);
    expect(usd(report.final.cash_usd)).toBe(usd('10000') - fees);
  });

  it('trades nothing in bars without volume', () => {
    const report = run(barsAt(flat, 0), NO_FEES, alternating(STRATEGY, 10));

    expect(report.trades).toEqual([]);
  });
});
