import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { reportSchema } from '../../shared/core/backtest/report-schema.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { startSimulator } from '../../simulator/server.ts';
import { type Example, examplesIn, examplesOf } from './examples.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);
/** The exchange of the examples. */
const EXCHANGE = 'http://127.0.0.1:8080';
/** What the README must show. */
const RESEARCH = [
  'data synth',
  'data check',
  'data import',
  'data download',
  'data products',
  'backtest',
  'sweep',
  'walkforward',
  'montecarlo',
  'sensitivity',
  'admission',
  'lookahead',
  'replay',
  'parity',
  'diff',
  'baseline check',
];
const SLOW_MS = 240_000;

/** What must have come of an example, beside its exit code. Without an entry here an example is unknown. */
const SHOWN: Readonly<Record<string, (stdout: string, dir: string) => void>> = {
  'data synth': (_, dir) => expect(existsSync(join(dir, 'data', 'BTC-USD_1h.bars'))).toBe(true),
  'data check': (stdout) => expect(stdout).toContain('no faults'),
  'data import': (_, dir) =>
    expect(readFileSync(join(dir, 'copy', 'BTC-USD_1h.bars'))).toEqual(
      readFileSync(join(dir, 'data', 'BTC-USD_1h.bars')),
    ),
  'data download': (_, dir) => expect(existsSync(join(dir, 'fetched', 'ETH-USD_1h.bars'))).toBe(true),
  'data products': (stdout) => expect(stdout).toMatch(/^1 lists from 2025-01-06/),
  backtest: (stdout, dir) => {
    if (stdout.startsWith('{')) expect(reportSchema.parse(JSON.parse(stdout)).run.fill_model.latency_bars).toBe(2);
    else expectReport(dir);
  },
  sweep: (_, dir) => expectStudy(dir, 'sweep'),
  walkforward: (_, dir) => expectStudy(dir, 'walk'),
  montecarlo: (_, dir) => expectStudy(dir, 'montecarlo'),
  sensitivity: (stdout) => expect(JSON.parse(stdout)).toMatchObject({ kind: 'sensitivity' }),
  admission: (stdout) => expect(JSON.parse(stdout)).toMatchObject({ kind: 'admission' }),
  lookahead: (stdout) =>
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, leaks: 0, museum: { catch_rate_pct: 100 } }),
  local: (_, dir) => expect(existsSync(join(dir, 'run', 'products'))).toBe(true),
  replay: (stdout) => expect(stdout).not.toBe(''),
  parity: (stdout) => expect(stdout).toMatch(/4 cycles/),
  diff: (stdout) => expect(stdout).not.toBe(''),
  'baseline check': (stdout) => expect(stdout).toContain('bull'),
};

describe('the examples of the pages', { shuffle: false }, () => {
  let dir = '';
  let exchange = { url: '', close: async () => undefined as unknown };
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'examples-'));
    cpSync(join(ROOT, 'config'), join(dir, 'config'), { recursive: true });
    const market = syntheticMarket({ seed: 7, startMs: Date.UTC(2025, 0, 6), symbols: ['BTC', 'ETH'] });
    exchange = await startSimulator({ market, clock: systemClock });
  });
  afterAll(async () => {
    await exchange.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it.each(
    examplesIn().map(
      (example) => [`${example.page}:${example.line} trader ${example.args.join(' ')}`, example] as const,
    ),
  )('[REQ-BT1] run: %s', { timeout: SLOW_MS }, async (_, example) => {
    const show = SHOWN[commandOf(example)];
    if (show === undefined) throw new Error(`test/examples does not know what "${commandOf(example)}" should show`);
    const args = example.args.map((arg) => (arg === EXCHANGE ? exchange.url : arg));
    // Node strips the types by itself, in a third of the time that tsx takes; command-line.test.ts starts it as npm does.
    const { stdout } = await run(process.execPath, [join(ROOT, 'cli', 'trader.ts'), ...args], {
      cwd: dir,
      maxBuffer: 64 * 1024 * 1024,
    });
    show(stdout, dir);
  });

  it('show every command of research in the README', () => {
    const shown = new Set(examplesIn(['README.md']).map(commandOf));

    expect(RESEARCH.filter((command) => !shown.has(command))).toEqual([]);
  });

  it('are lines of fenced blocks, with or without npm, and nothing else', () => {
    const page = [
      'trader kill',
      '```sh',
      'trader data check data',
      'npm run -s trader -- diff --old a',
      'npm test',
      '```',
      'trader x',
    ].join('\n');

    expect(examplesOf('page', page)).toEqual([
      { page: 'page', line: 3, args: ['data', 'check', 'data'] },
      { page: 'page', line: 4, args: ['diff', '--old', 'a'] },
    ]);
  });
});

function commandOf({ args: [first = '', second = ''] }: Example): string {
  return first === 'data' || first === 'baseline' ? `${first} ${second}` : first;
}

/** Its page needs no network, so it is no small one. */
function expectStudy(dir: string, name: string): void {
  expect(JSON.parse(readFileSync(join(dir, `${name}.json`), 'utf8'))).toHaveProperty('kind');
  expect(statSync(join(dir, `${name}.html`)).size).toBeGreaterThan(5_000);
}

function expectReport(dir: string): void {
  const { run: facts } = reportSchema.parse(JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8')));

  expect(facts.fill_model.finer_bars).toBe('15m');
  expect(statSync(join(dir, 'report.html')).size).toBeGreaterThan(20_000);
}
