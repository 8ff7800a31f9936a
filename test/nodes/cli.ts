import { parseArgs } from 'node:util';
import { proveNodes } from './prove-nodes.ts';

const HELP = `Usage: npm run -s prove:nodes -- [--json]

Runs one and the same backtest (every strategy, every rule, a made-up market) on Node 20, 22 and 24 and compares the reports
byte for byte. The versions come from the package registry into a temporary folder (Linux x64; about 300 MB), so this is
not part of "npm test". Also told: which functions of Math give other bits there. Exits 1 when a report differs.
`;
const { values: flags } = parseArgs({
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

if (flags.help) console.log(HELP);
else run();

function run(): void {
  const { runs, isSame, mathDiffers } = proveNodes((text) => console.error(text));
  if (!isSame) process.exitCode = 1;
  if (flags.json) {
    console.log(JSON.stringify({ ok: isSame, runs, math_differs: mathDiffers }));
    return;
  }
  for (const { node, v8, report_sha256, fills, bytes } of runs) {
    console.log(`node ${node} (v8 ${v8})  ${report_sha256.slice(0, 16)}  ${bytes} bytes, ${fills} fills`);
  }
  console.log(isSame ? 'the same bytes on all of them' : 'NOT the same bytes');
  console.log(
    mathDiffers.length === 0 ? 'every function of Math gives the same bits' : `other bits: ${mathDiffers.join(', ')}`,
  );
}
