import { coinbaseExchange } from '../../shared/adapters/coinbase/exchange.ts';
import { keyProblem } from '../../shared/app/key-problem.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { KeyPurpose } from '../../shared/ports/secrets.ts';
import { probeClient } from '../operator/probe-client.ts';
import { UserError } from '../user-error.ts';
import type { MarketPlace } from './market-place.ts';

/** Before a LIVE run: throws a UserError when a key may do what it must not, or not what it is for [REQ-SEC1]. */
export async function refuseWrongKeys(
  { apiUrl, key, viewKey = key }: MarketPlace,
  config: LoadedConfig,
  clock: Clock,
): Promise<void> {
  const keys = { view: viewKey, trade: key } as const;
  for (const purpose of ['view', 'trade'] as const satisfies readonly KeyPurpose[]) {
    const client = probeClient(config, { apiUrl, clock, key: keys[purpose] });
    try {
      const problem = keyProblem(await coinbaseExchange(client).permissions(), purpose);
      if (problem !== null) throw new UserError(`the ${purpose} key: ${problem}`);
    } finally {
      client.close();
    }
  }
}
