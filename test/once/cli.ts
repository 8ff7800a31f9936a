import { parseArgs } from 'node:util';
import { walkLifecycle } from '../lifecycle/walk.ts';
import { FAULTS, type Fault } from './faults.ts';
import { type MatrixRow, matrixOf } from './matrix.ts';
import { pairsOf } from './pairs.ts';
import { recordedPoints, recordPoints, shrunkPoints } from './points.ts';
import { isProven, reportLines, reportOf } from './report.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const HELP = `npm run prove:once -- [--scenario NAME]... [--fault NAME]... [--pairs N] [--seed N] [--json] [--record]

Trades on a simulated exchange, counts every call that is waited for between tick and fill, and meets each of them with
every fault in a run of its own. Afterwards books, orders and exchange must agree. Exits 1 on any break, and when a
scenario has fewer points than are on record in test/once/points.json.

  --scenario NAME  only this one (repeatable): ${SCENARIOS.map(({ name }) => name).join(', ')}
  --fault NAME     only this one (repeatable): ${FAULTS.join(', ')}
  --pairs N        so many runs more with two faults each, drawn by the seed (2000)
  --seed N         of the pairs (1)
  --json           one object: points, faults, runs, duplicates, lost_fills, oversells, others, breaks ...
  --record         takes the numbers of points on record, on purpose

  npm run prove:once
  npm run -s prove:once -- --json
  npm run prove:once -- --scenario killed --fault twin`;

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true, default: [] },
    fault: { type: 'string', multiple: true, default: [] },
    pairs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else await prove();

async function prove(): Promise<void> {
  const unknown = [
    ...values.scenario.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name)),
    ...values.fault.filter((name) => !FAULTS.some((fault) => fault === name)),
  ];
  const counts = [values.pairs, values.seed].filter((text) => !/^\d{1,9}$/.test(text));
  if (unknown.length + counts.length > 0) {
    console.error(`not understood: ${[...unknown, ...counts].join(', ')}\n\n${HELP}`);
    process.exitCode = 2;
    return;
  }
  const faults = FAULTS.filter((fault) => values.fault.length === 0 || values.fault.includes(fault));
  const rows = await rowsOf(faults);
  const before = recordedPoints();
  if (values.record) recordPoints(rows, before);
  const shrunk = shrunkPoints(asked(values.record ? recordedPoints() : before), rows);
  const pairs = Number(values.pairs);
  const all = [...rows, await pairsOf(chosen(), pairs, Number(values.seed))];
  const report = reportOf(all, faults, { pairs, shrunk, lifecycle_states: walkLifecycle().states });
  console.log(values.json ? JSON.stringify(report) : reportLines(all, report, faults).join('\n'));
  process.exitCode = isProven(report) ? 0 : 1;
}

async function rowsOf(faults: readonly Fault[]): Promise<readonly MatrixRow[]> {
  const scenarios = chosen();
  const rows: MatrixRow[] = [];
  for (const [position, scenario] of scenarios.entries()) {
    if (!values.json) console.error(`${position + 1}/${scenarios.length}  ${scenario.name}: ${scenario.about}`);
    rows.push(await matrixOf(scenario, { faults }));
  }
  return rows;
}

function chosen(): readonly Scenario[] {
  return SCENARIOS.filter(({ name }) => values.scenario.length === 0 || values.scenario.includes(name));
}

/** Only what this run looks at can be missing in it. */
function asked(recorded: ReturnType<typeof recordedPoints>): ReturnType<typeof recordedPoints> {
  if (values.scenario.length === 0) return recorded;
  return Object.fromEntries(Object.entries(recorded).filter(([name]) => values.scenario.includes(name)));
}
