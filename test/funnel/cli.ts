import { parseArgs } from 'node:util';
import { reasonsText } from '../../cli/render/figures.ts';
import { tableLines } from '../../cli/render/table.ts';
import { loadedFrom, shippedTexts } from '../../shared/config/testing/shipped.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import { type FunnelRow, funnelOf } from './funnel.ts';
import { FOLDERS, marketIn } from './market.ts';

/**
 * `npm run -s funnel -- --data DIR [--slots N] [--json]`: every strategy with its shipped parameters on real candles. Exits 1
 * when one throws, or never proposes anything on any of them.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: process.env['TRADER_DATA_DIR'] ?? '../shared/data' },
    slots: { type: 'string', default: '600' },
    json: { type: 'boolean', default: false },
  },
});
const { decision } = loadedFrom(shippedTexts('local'), 'local');
const names = Object.keys(strategyModules);

const rows: FunnelRow[] = [];
for (const folder of FOLDERS) {
  const market = marketIn(values.data, folder);
  if (market === null) console.error(`${values.data}/${folder.name} is not there: skipped`);
  else rows.push(...names.map((name) => funnelOf(market, decision, name, Number(values.slots))));
}
const silent = names.filter((name) => rows.filter(({ strategy }) => strategy === name).every(isSilent));
const failed = rows.filter(({ failures }) => failures.length > 0);
console.log(values.json ? JSON.stringify({ rows, silent }) : tableOf(rows).join('\n'));
for (const name of silent) console.error(`${name} proposed nothing`);
for (const { data, strategy, failures } of failed) console.error(`${strategy} on ${data}: ${failures.join('; ')}`);
process.exitCode = silent.length + failed.length > 0 ? 1 : 0;

function isSilent({ proposals }: FunnelRow): boolean {
  return proposals.buy + proposals.sell === 0;
}

function tableOf(all: readonly FunnelRow[]): readonly string[] {
  return tableLines(
    [
      { title: 'data', cell: ({ data }) => data },
      { title: 'strategy', cell: ({ strategy }) => strategy },
      { title: 'bars', align: 'right', cell: ({ interval }) => interval },
      { title: 'slots', align: 'right', cell: ({ slots }) => String(slots) },
      { title: 'symbol-bars', align: 'right', cell: ({ symbol_bars }) => String(symbol_bars) },
      { title: 'triggers', align: 'right', cell: ({ triggers }) => String(triggers) },
      { title: 'buys', align: 'right', cell: ({ proposals }) => String(proposals.buy) },
      { title: 'sells', align: 'right', cell: ({ proposals }) => String(proposals.sell) },
      { title: 'orders', align: 'right', cell: ({ orders }) => String(orders) },
      { title: 'rejected', cell: ({ rejected }) => reasonsText(rejected) },
    ],
    all,
  );
}
