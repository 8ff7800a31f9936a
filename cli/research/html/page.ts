import type { BacktestReport } from '../../../shared/core/backtest/report-schema.ts';
import { equityCharts, exposureTabs } from './charts.ts';
import { headOf } from './head.ts';
import { heatMap } from './heat-map.ts';
import { escaped, section } from './markup.ts';
import { CHART_NOTICE, priceCharts, priceScripts } from './price-chart.ts';
import type { SymbolPrices } from './prices.ts';
import { SCRIPT, STYLE } from './style.ts';
import { reasonsOf, strategyTable, tradeTables } from './tables.ts';

/** The report as one page that needs nothing from outside: it opens from a disk, on a phone, without a network. */
export function reportPage(report: BacktestReport, prices: readonly SymbolPrices[] = []): string {
  const { run } = report;
  const title = `Backtest ${run.from.slice(0, 10)} to ${run.to.slice(0, 10)}`;
  const { config_hash, data_hash, code_version, seed } = run;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    headOf(report, title),
    '<main>',
    equityCharts(report),
    priceCharts(report, prices),
    section('Exposure', 'What the positions would fetch, percent of equity.', exposureTabs(report.exposure)),
    section('Returns by month', 'Percent, net of fees.', heatMap(report.monthly)),
    section('Strategies', 'Round trips are netted of the fees of both sides.', strategyTable(report)),
    section('Why nothing was done', '', reasonsOf(report)),
    tradeTables(report),
    '</main>',
    `<footer>config ${escaped(config_hash)} &middot; data ${escaped(data_hash)} &middot; code ${escaped(code_version)} &middot; seed ${seed}${prices.length === 0 ? '' : `<br>${escaped(CHART_NOTICE)}`}</footer>`,
    priceScripts(prices),
    `<script>${SCRIPT}</script></body></html>\n`,
  ].join('\n');
}
