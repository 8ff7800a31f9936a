import { globSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCounts } from '../gate/counts.ts';
import { runTool } from '../gate/run-tool.ts';
import { countOf } from './settings.ts';

const HELP = `Usage: npm run -s prove:laws -- [--rounds N] [--cases N] [--seed N] [--json]

Every property of the tests with new seeds, and more cases each. \`npm test\` asks them with one seed that never changes, so
that it gives the same answer twice; this is what goes looking for the case that nobody has met yet.

  --rounds N   with so many seeds (default 10, a minute or two each)
  --cases N    so many cases a law that does not name a number itself (default 1000; fast-check's own number is 100)
  --seed N     the first round's seed, the next has the next (default: from the clock)
  --json       {ok, rounds: [{seed, passed, failures}]}

A failure names its seed: LAWS_SEED=N LAWS_CASES=1000 npx vitest run FILE repeats it. Exits with 1 when a law was broken.

  npm run -s prove:laws
  npm run -s prove:laws -- --rounds 1 --seed 7 --cases 5000
`;
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    cases: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const ROOT = join(import.meta.dirname, '..', '..');

interface Round {
  readonly seed: number;
  readonly passed: number;
  readonly failures: readonly string[];
}

if (values.help) console.log(HELP);
else await prove().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));

async function prove(): Promise<void> {
  const cases = countOf('--cases', values.cases, 1);
  const count = countOf('--rounds', values.rounds, 1);
  const first = countOf('--seed', values.seed, Date.now() % 1_000_000_000);
  const files = globSync('{shared,lambdas,cli,simulator,test,lib}/**/*.test.ts', { cwd: ROOT }).filter((file) =>
    readFileSync(join(ROOT, file), 'utf8').includes("from 'fast-check'"),
  );
  const rounds: Round[] = [];
  for (let at = 0; at < count; at += 1) {
    console.error(`round ${at + 1} of ${count}: seed ${first + at}, ${cases} cases, ${files.length} files`);
    const round = await roundOf(first + at, cases, files);
    rounds.push(round);
    console.error(`  ${round.passed} passed, ${round.failures.length} failed`);
    for (const failure of round.failures) console.error(`  ${failure}`);
  }
  const broken = rounds.filter(({ failures }) => failures.length > 0);
  if (broken.length > 0) process.exitCode = 1;
  if (values.json) console.log(JSON.stringify({ ok: broken.length === 0, rounds }));
  else console.log(`${count} rounds, ${broken.length} with a law broken`);
}

async function roundOf(seed: number, cases: number, files: readonly string[]): Promise<Round> {
  const dir = mkdtempSync(join(realpathSync(tmpdir()), '247t-laws-'));
  const results = join(dir, 'vitest.json');
  try {
    process.env['LAWS_SEED'] = String(seed);
    process.env['LAWS_CASES'] = String(cases);
    const slow = ['--testTimeout=600000', '--reporter=json', `--outputFile.json=${results}`];
    const { output } = await runTool(['vitest', 'run', ...slow, ...files], 'held');
    const { passed, failures } = readCounts(JSON.parse(readResults(results, output)), ROOT);
    return { seed, passed, failures };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function readResults(path: string, output: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new Error(`the tests ended without a result:\n${output}`);
  }
}

function fail(problem: string): void {
  console.error(`prove:laws: ${problem}`);
  process.exitCode = 1;
}
