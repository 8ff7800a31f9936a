import { usableQuote } from '../../market/staleness.ts';
import { notional, portion, ratio, ratioFromPct, toNumber, toText, type Usd } from '../../money/fixed.ts';
import { allowed, deny, measured, type OrderDraft, type RiskRule, type Verdict } from '../rule.ts';
import type { RiskView } from '../view.ts';

/** An entry stays small against what the symbol trades in a day; a larger one is cut to that. */
export const volumeShare: RiskRule = {
  name: 'volume_share',
  appliesTo: 'entries',
  judge(draft, view) {
    const volume = view.symbols.get(draft.symbol)?.product?.quoteVolume24h ?? null;
    if (volume === null) return deny('liquidity', 'the 24 h volume is not known');
    const limitPct = view.config.policy.liquidity.max_volume_share_pct;
    return within('volume', draft, portion(volume, ratioFromPct(limitPct), 'down'), volume, limitPct);
  },
};

/** An entry stays small against what is offered at the ask; a larger one is cut to that. */
export const touchSize: RiskRule = {
  name: 'touch_size',
  appliesTo: 'entries',
  judge(draft: OrderDraft, view: RiskView): Verdict {
    const quote = usableQuote(view.symbols.get(draft.symbol));
    if (quote === null) return deny('no_quote', 'no two-sided quote to judge');
    const multiple = view.config.policy.liquidity.max_touch_multiple;
    const offered = notional(quote.askSize, quote.ask, 'down');
    return within('touch', draft, portion(offered, ratio(multiple.toFixed(8)), 'down'), offered, multiple * 100);
  },
};

/** `limit` in money; `whole` is what the figures are percent of. */
function within(capType: string, { sized }: OrderDraft, limit: Usd, whole: Usd, limitPct: number): Verdict {
  const share = whole > 0n ? (toNumber(sized.reserved) / toNumber(whole)) * 100 : null;
  const figures = measured(capType, share, limitPct);
  if (sized.reserved <= limit) return allowed(figures);
  const detail = `$${toText(sized.reserved)} of $${toText(limit)} that ${capType} allows`;
  return limit > 0n
    ? { kind: 'cap', reason: 'liquidity', budget: limit, detail, figures }
    : deny('liquidity', detail, figures);
}
