import type { FeeRates } from '../../../core/market/snapshot.ts';
import { type Ratio, ratio } from '../../../core/money/fixed.ts';
import { type Answer, ok } from '../../../ports/answer.ts';
import type { CoinbaseClient } from '../client.ts';
import { childOf, DecodeError, pathOf, textOf, type Wire, wireOf } from '../wire.ts';
import { exactOf } from '../wire-money.ts';

export interface FeeTier extends FeeRates {
  /** The exchange's name for it; '' when it gives none. */
  readonly tier: string;
}

/** Far above any tier: a rate beyond it is percent or basis points where a fraction belongs. */
const MAX_RATE = ratio('0.1');

/** The account's own rates. They differ by region and change with volume, so nothing is assumed. */
export function transactionSummary(client: CoinbaseClient): Promise<Answer<FeeTier>> {
  return client.send({
    operation: 'fees',
    method: 'GET',
    path: '/transaction_summary',
    query: [['product_type', 'SPOT']],
    surface: 'private',
    effect: 'read',
    decode(reply) {
      const tier = childOf(wireOf(reply, 'reply'), 'fee_tier');
      if (tier === null) throw new DecodeError('reply.fee_tier is missing');
      return ok({
        maker: rateOf(tier, 'maker_fee_rate'),
        taker: rateOf(tier, 'taker_fee_rate'),
        source: 'account',
        tier: textOf(tier, 'pricing_tier'),
      });
    },
  });
}

function rateOf(tier: Wire, name: string): Ratio {
  const rate = exactOf<'ratio'>(tier, name);
  if (rate < 0n || rate > MAX_RATE)
    throw new DecodeError(`${pathOf(tier, name)} is not a fee rate: ${textOf(tier, name)}`);
  return rate;
}
