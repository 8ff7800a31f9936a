import { parseArgs } from 'node:util';
import { tableLines } from '../../cli/render/table.ts';
import type { LookaheadReport } from '../../cli/research/lookahead/check.ts';
import { CORRUPTIONS } from '../../cli/research/lookahead/corrupt.ts';
import { strategyModules } from '../../shared/core/strategies/registry.ts';
import { type Market, shelfMarket } from './markets.ts';
import { exampleSweep, formingSweep, marketSweep, plantedSweep } from './sweep.ts';

const HELP = `npm run -s lookahead -- [--hours N] [--json]

Every strategy at every bar of three markets: the decision on the real future against those on ${CORRUPTIONS.length} spoilt ones
(${CORRUPTIONS.join(', ')}). Any difference is a leak [I9]. \`npm test\` does the same on a sample of the bars.

  example      the market on which the strategy acts, with nothing in its hands and with two coins
  forming      the same by the minute, while its own next bar is still forming
  hours        real hours of BTC, ETH and SOL from TRADER_DATA_DIR (default ../shared/data)
  --hours N    the newest N of them (default 1500, about a quarter of a minute per strategy; the time grows with the square)
  --json       the same as {rows, planted}

All of it takes about four minutes on one core. Exits with 1 on a leak, on a strategy that throws or is never moved by its
example, when a leak planted for the purpose is not caught, and without real hours.`;

interface Row extends Omit<LookaheadReport, 'leaks'> {
  readonly market: 'example' | 'forming' | 'hours';
  readonly strategy: string;
  readonly decisions: number;
  readonly leaks: number;
}

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '1500' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const hours = Number(values.hours);
if (values.help) console.log(HELP);
else if (!Number.isInteger(hours) || hours < 1) fail(`--hours ${values.hours} is not a whole number above 0`);
else begin();

function begin(): void {
  const shelf = shelfMarket(hours);
  if (shelf === null) fail('there are no real hours: TRADER_DATA_DIR needs 1h/BTC-USDT_1h.csv.gz, and ETH and SOL');
  else run(shelf);
}

function run(shelf: Market): void {
  const rows = Object.keys(strategyModules).flatMap((strategy) => {
    const forStrategy = [
      rowOf('example', strategy, exampleSweep(strategy)),
      rowOf('forming', strategy, formingSweep(strategy, null)),
    ];
    return [...forStrategy, rowOf('hours', strategy, marketSweep(strategy, shelf))];
  });
  const planted = plantedSweep().leaks.length;
  console.log(values.json ? JSON.stringify({ rows, planted }) : textOf(rows, planted));
  if (planted === 0) fail('a planted leak was not caught');
  for (const row of rows) for (const problem of problemsOf(row)) fail(`${row.strategy} on ${row.market}: ${problem}`);
}

function rowOf(market: Row['market'], strategy: string, { leaks, ...report }: LookaheadReport): Row {
  return { market, strategy, ...report, decisions: report.bars * (1 + CORRUPTIONS.length), leaks: leaks.length };
}

function problemsOf({ market, proposals, leaks, failures }: Row): readonly string[] {
  const isUnmoved = market !== 'hours' && proposals === 0;
  return [
    ...(leaks > 0 ? [`${leaks} leaks`] : []),
    ...(isUnmoved ? ['never proposed anything, so nothing is shown'] : []),
    ...failures,
  ];
}

function textOf(rows: readonly Row[], planted: number): string {
  const table = tableLines<Row>(
    [
      { title: 'market', cell: ({ market }) => market },
      { title: 'strategy', cell: ({ strategy }) => strategy },
      { title: 'bars', align: 'right', cell: ({ bars }) => String(bars) },
      { title: 'decisions', align: 'right', cell: ({ decisions }) => String(decisions) },
      { title: 'proposals', align: 'right', cell: ({ proposals }) => String(proposals) },
      { title: 'leaks', align: 'right', cell: ({ leaks }) => String(leaks) },
    ],
    rows.toSorted((a, b) => (a.market < b.market ? -1 : a.market > b.market ? 1 : 0)),
  );
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const all = `${sum(({ bars }) => bars)} bars, ${sum(({ decisions }) => decisions)} decisions, ${sum(({ leaks }) => leaks)} leaks`;
  return [...table, `${all}; a planted leak showed ${planted} times`].join('\n');
}

function fail(message: string): void {
  console.error(`error: ${message}`);
  process.exitCode = 1;
}
