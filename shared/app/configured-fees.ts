import type { FeeRates } from '../core/market/snapshot.ts';
import { ratioFromPct } from '../core/money/fixed.ts';
import type { TraderSettings } from './ports.ts';

/** The configured rates, used only when the account's own tier cannot be read. */
export function configuredFees({ config }: Pick<TraderSettings, 'config'>): FeeRates {
  const { maker_fee_bps: maker, taker_fee_bps: taker } = config.policy.execution;
  return { maker: ratioFromPct(maker / 100), taker: ratioFromPct(taker / 100), source: 'config' };
}
