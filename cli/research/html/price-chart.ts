import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { BacktestReport, TradeRow } from '../../../shared/core/backtest/report-schema.ts';
import { escaped, section } from './markup.ts';
import type { SymbolPrices } from './prices.ts';

/** Its licence asks for this notice and a link; the link is the logo that it draws into the chart. */
export const CHART_NOTICE =
  'Price charts: TradingView Lightweight Charts™, Copyright (c) 2026 TradingView, Inc., www.tradingview.com, Apache License 2.0';

/** One chart, and a choice of the symbols that were traded. Empty where nothing was. */
export function priceCharts({ trades }: BacktestReport, prices: readonly SymbolPrices[]): string {
  const shown = prices.filter(({ bars }) => bars.length > 0);
  if (shown.length === 0) return '';
  const merged = shown[0]?.merged ?? 1;
  const note = `Purchases below, sales above the bars${merged === 1 ? '' : `; ${merged} bars of the run are one here, so that the page stays small`}. Drag and pinch to look closer.`;
  const options = shown.map(({ symbol }) => `<option>${escaped(symbol)}</option>`).join('');
  const data = shown.map((each) => ({ ...each, marks: marksOf(trades, each) }));
  return section(
    'Trades on price',
    note,
    `<label class="pick">Symbol <select id="price-symbol">${options}</select></label><div id="price-chart" role="group" aria-label="Candles with the trades; the table of round trips below has them as text"></div><p class="note" id="price-at" aria-live="polite"></p>` +
      `<script type="application/json" id="prices">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>`,
  );
}

/** The library and what draws with it. */
export function priceScripts(prices: readonly SymbolPrices[]): string {
  if (prices.every(({ bars }) => bars.length === 0)) return '';
  return `<script id="lightweight-charts">${library()}</script><script>${DRAW}</script>`;
}

/** All purchases or all sales of one bar: how many, of how much, at which mean price, and why. */
type Mark = readonly [barS: number, side: 'B' | 'S', count: number, size: number, price: number, why: string];

function marksOf(trades: readonly TradeRow[], { symbol, stepMs, bars }: SymbolPrices): readonly Mark[] {
  const times = new Set(bars.map(([openS]) => openS));
  const groups = new Map<string, TradeRow[]>();
  for (const trade of trades.filter((each) => each.symbol === symbol)) {
    // A fill of a resting order is booked at the close of its bar.
    const wanted = (Math.floor(Date.parse(trade.time) / stepMs) * stepMs) / 1_000;
    const openS = times.has(wanted) ? wanted : wanted - stepMs / 1_000;
    const key = `${openS} ${trade.side}`;
    groups.set(key, [...(groups.get(key) ?? []), trade]);
  }
  return [...groups].map(([key, rows]): Mark => {
    const size = rows.reduce((sum, row) => sum + Number(row.size), 0);
    const value = rows.reduce((sum, row) => sum + Number(row.size) * Number(row.price), 0);
    const why = [...new Set(rows.map(({ strategy, exit_reason, reason }) => `${strategy}: ${exit_reason ?? reason}`))];
    const side = rows[0]?.side === 'BUY' ? 'B' : 'S';
    return [Number(key.split(' ')[0]), side, rows.length, short(size), short(value / size), why.slice(0, 3).join('; ')];
  });
}

function short(value: number): number {
  return Number(value.toPrecision(7));
}

/** As published: minified, in one file, without anything to load. */
function library(): string {
  const manifest = createRequire(import.meta.url).resolve('lightweight-charts/package.json');
  return readFileSync(join(dirname(manifest), 'dist', 'lightweight-charts.standalone.production.js'), 'utf8');
}

const DRAW = `
{
  const all = JSON.parse(document.getElementById('prices').textContent);
  const box = document.getElementById('price-chart'), pick = document.getElementById('price-symbol'), at = document.getElementById('price-at');
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const { createChart, CandlestickSeries, createSeriesMarkers } = window.LightweightCharts;
  const figure = (value) => value.toLocaleString('en-US', { maximumSignificantDigits: 7 });
  const chart = createChart(box, {
    autoSize: true,
    layout: { background: { color: 'transparent' }, textColor: colour('--fg'), attributionLogo: true },
    grid: { vertLines: { color: colour('--line') }, horzLines: { color: colour('--line') } },
    timeScale: { timeVisible: true, borderColor: colour('--line'), minBarSpacing: 0.1 },
    rightPriceScale: { borderColor: colour('--line') },
  });
  let series, known;
  const show = () => {
    known = all[pick.selectedIndex];
    if (series) chart.removeSeries(series);
    const low = Math.min(...known.bars.map((bar) => bar[3]));
    const precision = Math.min(12, Math.max(2, 4 - Math.floor(Math.log10(low))));
    const [gain, loss] = [colour('--gain'), colour('--loss')];
    series = chart.addSeries(CandlestickSeries, {
      upColor: gain, wickUpColor: gain, downColor: loss, wickDownColor: loss, borderVisible: false,
      priceFormat: { type: 'price', precision, minMove: 10 ** -precision },
    });
    series.setData(known.bars.map(([time, open, high, low, close]) => ({ time, open, high, low, close })));
    createSeriesMarkers(series, [...known.marks].sort((a, b) => a[0] - b[0]).map(([time, side, count]) => ({
      time,
      position: side === 'B' ? 'belowBar' : 'aboveBar',
      shape: side === 'B' ? 'arrowUp' : 'arrowDown',
      color: side === 'B' ? '#0969da' : '#bf8700',
      // Where there are many, arrows alone are enough.
      size: known.marks.length > 200 ? 0.6 : 1,
      text: count > 1 && known.marks.length <= 200 ? String(count) : undefined,
    })));
    chart.timeScale().fitContent();
    at.textContent = known.marks.length + ' bars with trades';
  };
  chart.subscribeCrosshairMove(({ time }) => {
    const here = known.marks.filter((mark) => mark[0] === time);
    if (here.length > 0) at.textContent = here.map(([, side, count, size, price, why]) =>
      (side === 'B' ? 'bought ' : 'sold ') + figure(size) + ' at ' + figure(price) + (count > 1 ? ' in ' + count + ' fills' : '') + ' (' + why + ')').join('; ');
  });
  pick.addEventListener('change', show);
  show();
}
`;
