import type { Product } from '../../core/market/product.ts';
import type { Quote } from '../../core/market/quote.ts';
import { larger, portion, ratio, sizeFor, toIncrement } from '../../core/money/fixed.ts';
import { type Answer, failureText } from '../../ports/answer.ts';
import type { CoinbaseClient } from './client.ts';
import { previewOrder } from './endpoints/preview.ts';
import { type OrderRequest, previewBody } from './order-configuration.ts';

/** Whether a product takes a type of order now, as its preview says. */
export interface Capability {
  readonly product: string;
  readonly order_type: string;
  readonly side: 'BUY' | 'SELL';
  /** 'unproven': the preview stopped earlier, at the funds or at no answer. */
  readonly capability: 'yes' | 'no' | 'unproven';
  readonly reason: string | null;
}

/** Asks for each type of order what would become of one of the smallest size. Places nothing. */
export function probeOrderTypes(
  client: CoinbaseClient,
  product: Product,
  quote: Quote,
): Promise<readonly Capability[]> {
  return Promise.all(
    probesFor(product, quote).map(async ([orderType, request]) => ({
      product: product.id,
      order_type: orderType,
      side: request.side,
      ...verdictOf(await previewOrder(client, previewBody(request))),
    })),
  );
}

function verdictOf(answer: Answer<unknown>): Pick<Capability, 'capability' | 'reason'> {
  if (answer.kind === 'ok') return { capability: 'yes', reason: null };
  if (answer.kind !== 'refused') return { capability: 'unproven', reason: failureText(answer) };
  const { reasons, message } = answer;
  const isAboutFunds = reasons.length > 0 && reasons.every((reason) => /INSUFFICIENT_FUND|LEDGER_BALANCE/.test(reason));
  return { capability: isAboutFunds ? 'unproven' : 'no', reason: reasons.join(', ') || message };
}

/** Far enough from the market to be legal, near enough not to be refused as out of bounds. */
function probesFor(product: Product, quote: Quote): readonly (readonly [string, OrderRequest])[] {
  const { id: productId, priceIncrement, baseIncrement, quoteIncrement } = product;
  const at = (share: string) => toIncrement(portion(quote.bid, ratio(share), 'down'), priceIncrement, 'down');
  // Twice the minimum at the lowest price below, so that no probe fails for being small.
  const amount = toIncrement(portion(product.quoteMinSize, ratio('2'), 'up'), quoteIncrement, 'up');
  const lowest = larger(at('0.9'), priceIncrement);
  const baseSize = toIncrement(larger(sizeFor(amount, lowest, 'up'), product.baseMinSize), baseIncrement, 'up');
  const buy = (terms: OrderRequest['terms']): OrderRequest => ({ productId, side: 'BUY', terms });
  const sell = (terms: OrderRequest['terms']): OrderRequest => ({ productId, side: 'SELL', terms });
  const stop = { stopPrice: at('0.95'), limitPrice: at('0.94'), direction: 'down' } as const;
  return [
    ['market_ioc', buy({ type: 'market_ioc_quote', quoteSize: amount })],
    ['limit_gtc_post_only', buy({ type: 'limit_gtc', baseSize, limitPrice: at('0.95'), postOnly: true })],
    ['sor_limit_ioc', buy({ type: 'limit_ioc', baseSize, limitPrice: quote.ask })],
    ['stop_limit_gtc', sell({ type: 'stop_limit_gtc', baseSize, ...stop })],
    ['bracket_gtc', sell({ type: 'bracket_gtc', baseSize, limitPrice: at('1.1'), stopTriggerPrice: at('0.9') })],
  ];
}
