import { checkOf, unless } from './check.ts';

export const feeOrder = checkOf(['policy'], ({ policy: { execution } }) =>
  unless(
    execution.taker_fee_bps >= execution.maker_fee_bps,
    'policy.execution.taker_fee_bps',
    `a taker fee of ${execution.taker_fee_bps} bps is below maker_fee_bps of ${execution.maker_fee_bps}`,
    `use at least ${execution.maker_fee_bps}; the two may be swapped`,
  ),
);

/** A target that does not pay for buying and selling loses money when it is reached. */
export const targetsPayFees = checkOf(['policy'], ({ policy: { execution, proposals } }) => {
  const roundTripPct = (2 * execution.taker_fee_bps) / 100;
  return unless(
    proposals.take_profit_pct.min > roundTripPct,
    'policy.proposals.take_profit_pct.min',
    `a target of ${proposals.take_profit_pct.min} % does not pay the fees of buying and selling, ${roundTripPct} %`,
    `use more than ${roundTripPct}`,
  );
});
