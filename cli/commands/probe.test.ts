import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { formatFaults } from '../../shared/config/fault.ts';
import { loadConfig } from '../../shared/config/load.ts';
import type { ApiKey } from '../../shared/ports/secrets.ts';
import { simulatorKey } from '../../simulator/http/keys.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/server.ts';
import { type ProbeReport, probe } from './probe.ts';

const ROOT = join(import.meta.dirname, '..', '..');

async function exchange(options: Partial<SimulatorOptions> = {}): Promise<Simulator> {
  const market = syntheticMarket({ seed: 7, startMs: Date.now() });
  const simulator = await startSimulator({ market, clock: systemClock, ...options });
  onTestFinished(() => simulator.close());
  return simulator;
}

async function probed(simulator: Simulator, key: ApiKey | undefined): Promise<ProbeReport> {
  const loaded = loadConfig({ dir: join(ROOT, 'config'), stage: 'local' });
  if (loaded.kind !== 'ok') throw new Error(formatFaults(loaded.faults));
  const rate_limit = { public_per_second: 10_000, private_per_second: 10_000 };
  const app = { ...loaded.config.app, exchange: { ...loaded.config.app.exchange, rate_limit } };
  return probe({ config: { ...loaded.config, app }, clock: systemClock, key, apiUrl: simulator.url });
}

test('[REQ-CB1] a probe tells the clock, the key, the fees and what each product takes, and places nothing', async () => {
  const simulator = await exchange({ fees: { maker: '0.004', taker: '0.006' } });
  const report = await probed(simulator, simulator.keys[0]?.apiKey);
  expect(report.key).toMatchObject({ can_view: true, can_trade: true, can_transfer: false });
  expect(report.fees).toMatchObject({ maker: '0.004', taker: '0.006' });
  expect(report.clock.worst_case_ms).toBeLessThan(1_000);
  const types = report.order_types.filter(({ product }) => product === 'BTC-USD');
  expect(types.map(({ order_type }) => order_type)).toEqual([
    'market_ioc',
    'limit_gtc_post_only',
    'sor_limit_ioc',
    'stop_limit_gtc',
    'bracket_gtc',
  ]);
  const capabilityOf = (type: string) => types.find(({ order_type }) => order_type === type)?.capability;
  expect([capabilityOf('market_ioc'), capabilityOf('limit_gtc_post_only'), capabilityOf('sor_limit_ioc')]).toEqual([
    'yes',
    'yes',
    'yes',
  ]);
  // Nothing is held, so a sell cannot be proven to be taken.
  expect(types.find(({ order_type }) => order_type === 'stop_limit_gtc')).toMatchObject({
    capability: 'unproven',
    reason: expect.stringContaining('INSUFFICIENT_FUND'),
  });
  expect(simulator.admin.orders()).toEqual([]);
});

test.each([
  { account: { maker: '0.006', taker: '0.012' }, told: [] },
  { account: { maker: '0.004', taker: '0.006' }, told: [] },
  { account: { maker: '0.006', taker: '0.0125' }, told: ['taker 0.0125 here, 0.012 by config'] },
  { account: { maker: '0.007', taker: '0.0125' }, told: ['maker 0.007 here, 0.006', 'taker 0.0125 here, 0.012'] },
])('[REQ-CB1] an account that pays more than PAPER was charged speaks against trading: $account', async (row) => {
  const simulator = await exchange({ fees: row.account });
  const { problems } = await probed(simulator, simulator.keys[0]?.apiKey);
  const told = problems.filter((problem) => problem.startsWith('fees: '));
  expect(told).toEqual(row.told.map((text) => expect.stringContaining(text)));
});

test('[REQ-CB1] a probe says which orders a product does not take, and why', async () => {
  const simulator = await exchange();
  simulator.admin.setFlags('BTC-USD', { postOnly: true });
  const { order_types } = await probed(simulator, simulator.keys[0]?.apiKey);
  const market = order_types.find(({ product, order_type }) => product === 'BTC-USD' && order_type === 'market_ioc');
  expect(market?.capability).toBe('no');
  expect(market?.reason).toMatch(/[A-Z_]+/);
});

test('[REQ-CB1] a key that may transfer is refused before anything else is asked of it', async () => {
  const key = simulatorKey({ scopes: { transfer: true } });
  const simulator = await exchange({ keys: [key] });
  const report = await probed(simulator, key.apiKey);
  expect(report.problems).toEqual([expect.stringContaining('REFUSED, it may transfer funds')]);
  expect(report.order_types).toEqual([]);
  expect(simulator.admin.requestLog().map(({ path }) => path)).not.toContain('/orders/preview');
});

test('a clock that is off, and a missing key, are problems', async () => {
  const simulator = await exchange({ faults: [{ match: {}, effect: { kind: 'clockSkew', ms: 5_000 } }] });
  const { problems } = await probed(simulator, undefined);
  expect(problems[0]).toMatch(/^clock: drift up to \d+ ms exceeds \d+ ms$/);
  expect(problems[1]).toMatch(/^key: none given/);
});

test('[I11] the command exits 1 on a key that may transfer, and prints none of it', async () => {
  const key = simulatorKey({ scopes: { transfer: true } });
  const simulator = await exchange({ keys: [key] });
  const args = ['probe', '--stage', 'local', '--exchange-url', simulator.url, '--json'];
  const env = {
    ...process.env,
    COINBASE_TRADE_KEY_NAME: key.apiKey.name,
    COINBASE_TRADE_PRIVATE_KEY: key.apiKey.privateKey.replaceAll('\n', '\\n'),
  };
  const { code, stdout, stderr } = await run(args, env);
  expect(code).toBe(1);
  expect((JSON.parse(stdout) as ProbeReport).key).toMatchObject({ can_transfer: true });
  for (const line of key.apiKey.privateKey.split('\n').filter((part) => part.length > 16)) {
    expect(stdout + stderr).not.toContain(line);
  }
});

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const program = [join(ROOT, 'cli', 'start.mjs'), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, program, { cwd: ROOT, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}
