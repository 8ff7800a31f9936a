import { parseArgs } from 'node:util';
import { loadedFrom, shippedTexts } from '../../shared/config/testing/shipped.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import { type FunnelRow, funnelOf } from './funnel.ts';
import { FOLDERS, marketIn } from './market.ts';
import { funnelTable } from './table.ts';

const HELP = `npm run -s funnel -- [--data DIR] [--slots N] [--json]

Every strategy alone, with the parameters of the stage local, on real candles: what it proposed, and what became of it.

  --data DIR   holds ${FOLDERS.map(({ name }) => name).join(', ')} (default: TRADER_DATA_DIR, else ../shared/data)
  --slots N    moments of each market, spread evenly over all of it (default 600; about half a minute in all)
  --json       the same as {rows, silent}

proposed = low conviction + dropped + denied + approved. Dropped: before risk, by triggers and budgets. Denied: by the rule
that denied first. Exits with 1 when a strategy throws, or proposes nothing on a market.`;

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: process.env['TRADER_DATA_DIR'] ?? '../shared/data' },
    slots: { type: 'string', default: '600' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const slots = Number(values.slots);
if (!Number.isInteger(slots) || slots < 1) {
  console.error(`error: --slots ${values.slots} is not a whole number above 0`);
  process.exit(1);
}
const { decision } = loadedFrom(shippedTexts('local'), 'local');
const names = Object.keys(strategyModules);

const rows: FunnelRow[] = [];
for (const folder of FOLDERS) {
  const market = marketIn(values.data, folder);
  if (market === null) console.error(`${values.data}/${folder.name} is not there: skipped`);
  else rows.push(...names.map((name) => funnelOf(market, decision, name, slots)));
}
const silent = rows.filter(isSilent).map(({ data, strategy }) => ({ data, strategy }));
const failed = rows.filter(({ failures }) => failures.length > 0);
console.log(values.json ? JSON.stringify({ rows, silent }) : funnelTable(rows).join('\n'));
if (rows.length === 0) {
  console.error(
    `error: no candles in ${values.data}: nothing is shown by that; --data (or TRADER_DATA_DIR) takes a folder that holds at ` +
      `least one of ${FOLDERS.map(({ name }) => name).join(', ')} (CSV files, see CONTRIBUTING)`,
  );
}
for (const { data, strategy } of silent) console.error(`${strategy} proposed nothing on ${data}`);
for (const { data, strategy, failures } of failed) console.error(`${strategy} on ${data}: ${failures.join('; ')}`);
process.exitCode = rows.length === 0 || silent.length + failed.length > 0 ? 1 : 0;

function isSilent({ proposals }: FunnelRow): boolean {
  return proposals.buy + proposals.sell === 0;
}
