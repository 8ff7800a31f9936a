import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { coinbaseExchange } from '../../shared/adapters/coinbase/exchange.ts';
import { coinbaseMarketData } from '../../shared/adapters/coinbase/market-data.ts';
import { dryRunExchange } from '../../shared/adapters/paper/dry-run-exchange.ts';
import { secretsManagerSecrets } from '../../shared/adapters/secrets-manager/secrets.ts';
import { keyProblem } from '../../shared/app/key-problem.ts';
import type { Exchange } from '../../shared/ports/exchange.ts';
import type { KeyPurpose } from '../../shared/ports/secrets.ts';
import { exchangeClient } from './exchange-client.ts';
import { HURRIED } from './hurried.ts';
import type { Venue, VenueParts } from './venue.ts';

const secretsManager = new SecretsManagerClient(HURRIED);
/** Loaded at start as well: no order waits for it. */
const signing = import('../../shared/adapters/coinbase/sign-jwt.ts');

/**
 * The real exchange, with the key of the function's purpose: with the viewing one it cannot place whatever else goes
 * wrong. A function knows the name of one secret only, and its role opens no other.
 */
export async function openLiveVenue(parts: VenueParts): Promise<Venue> {
  const { purpose, keySecret, killSwitch, isKeyChecked } = parts;
  await signing;
  const key = await secretsManagerSecrets(secretsManager, { view: keySecret, trade: keySecret }).apiKey(purpose);
  const { client, budget } = exchangeClient(parts, key);
  const mayResend = async () => (await killSwitch.read()).kind === 'armed';
  const exchange = coinbaseExchange(client, { mayResend });
  if (isKeyChecked) await refuseWrongKey(exchange, purpose);
  const marketData = coinbaseMarketData(client);
  return { marketData, budget, exchange: purpose === 'trade' ? exchange : dryRunExchange(exchange) };
}

/** Throws: the function fails and its alarm rings. The next event asks again, so that a changed key is used at once. */
async function refuseWrongKey(exchange: Exchange, purpose: KeyPurpose): Promise<void> {
  const problem = keyProblem(await exchange.permissions(), purpose);
  if (problem !== null) throw new Error(`the ${purpose} key: ${problem}`);
}
