import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { simulatorKey } from '../../simulator/http/keys.ts';
import { syntheticMarket } from '../../simulator/market/synthetic.ts';
import { startSimulator } from '../../simulator/server.ts';
import { stageConfig } from '../decision/read-inputs.ts';
import { refuseWrongKeys } from './check-keys.ts';

const CONFIG = stageConfig(join(import.meta.dirname, '..', '..', 'config'), 'local');
const VIEW = { view: true, trade: false, transfer: false };
const TRADE = { view: true, trade: true, transfer: false };

async function start(view: typeof VIEW, trade: typeof TRADE): Promise<void> {
  const keys = [simulatorKey({ name: 'view-key', scopes: view }), simulatorKey({ name: 'trade-key', scopes: trade })];
  const market = syntheticMarket({ seed: 7, startMs: Date.now() });
  const simulator = await startSimulator({ market, clock: systemClock, keys });
  onTestFinished(() => simulator.close());
  const place = { apiUrl: simulator.url, viewKey: keys[0]?.apiKey, key: keys[1]?.apiKey, close: simulator.close };
  await refuseWrongKeys(place, CONFIG, systemClock);
}

test('[REQ-SEC1] a run starts with a key that views and a key that trades, and with no other two', async () => {
  await expect(start(VIEW, TRADE)).resolves.toBeUndefined();
  await expect(start({ ...VIEW, transfer: true }, TRADE)).rejects.toThrow('the view key: REFUSED, it may transfer');
  await expect(start(VIEW, { ...TRADE, transfer: true })).rejects.toThrow('the trade key: REFUSED, it may transfer');
  await expect(start(TRADE, TRADE)).rejects.toThrow('the view key: it may trade');
  await expect(start(VIEW, VIEW)).rejects.toThrow('the trade key: it may not trade');
});
