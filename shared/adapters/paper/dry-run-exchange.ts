import type { Exchange } from '../../ports/exchange.ts';

/**
 * Reads like the exchange within and never writes. The cycle sends nothing in DRY_RUN anyway; should something slip
 * through, it ends here.
 */
export function dryRunExchange(inner: Exchange): Exchange {
  return {
    ...inner,
    place: async ({ clientOrderId }) => ({
      kind: 'refused',
      status: 403,
      reasons: ['DRY_RUN'],
      message: `order ${clientOrderId} not sent: the mode is DRY_RUN`,
    }),
    cancel: async (orderIds) => ({
      kind: 'refused',
      status: 403,
      reasons: ['DRY_RUN'],
      message: `${orderIds.length} orders not cancelled: the mode is DRY_RUN`,
    }),
  };
}
