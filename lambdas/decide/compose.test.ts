import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { configInMode } from '../../bench/config-in-mode.ts';
import { FUNCTION_ENVIRONMENT } from '../../bench/function-environment.ts';
import { loopbackExchange } from '../../shared/adapters/coinbase/testing/loopback-exchange.ts';
import { askingMs } from '../../shared/config/cycle-time.ts';
import { packConfig } from '../../shared/config/pack-config.ts';
import { composeDecide } from './compose.ts';

it('[REQ-CB1] each cycle asks the exchange for half of its time, counted from its first question', async () => {
  const { url, received } = await loopbackExchange([{ status: 404, body: {} }]);
  const config = configInMode(join(import.meta.dirname, '../../config'), 'PAPER');
  const app = { ...config.app, lease: { ttl_seconds: 6 }, exchange: { ...config.app.exchange, api_url: url } };
  const taskRoot = mkdtempSync(join(tmpdir(), 'compose-decide-'));
  onTestFinished(() => rmSync(taskRoot, { recursive: true }));
  for (const [name, text] of Object.entries(packConfig({ ...config, app }, 'c0de'))) {
    writeFileSync(join(taskRoot, name), text);
  }
  const environment = { ...FUNCTION_ENVIRONMENT, LAMBDA_TASK_ROOT: taskRoot };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { compose } = composeDecide(environment);
  const { marketData } = (await compose()).ports;
  const told = async () => JSON.stringify(await marketData.products());

  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  vi.advanceTimersByTime(askingMs(app));
  expect(await told()).toContain('http 404');
  vi.advanceTimersByTime(askingMs(app));
  expect(await told()).toContain(`no more is asked after ${askingMs(app)} ms`);
  expect(received).toHaveLength(1);
  await compose();
  expect(await told()).toContain('http 404');
});
