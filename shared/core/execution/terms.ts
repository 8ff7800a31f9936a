import * as z from 'zod';
import { priceText, quantityText } from '../money/codec.ts';
import { toText } from '../money/fixed.ts';

/** What is sent, named as the exchange names it (fact sheet, section 8.1). Every size is in base units. */
export const orderTermsSchema = z.discriminatedUnion('type', [
  /** Marketable, never rests. */
  z.strictObject({ type: z.literal('sor_limit_ioc'), base_size: quantityText, limit_price: priceText }),
  /** Rests until the exchange itself ends it: also when nobody is there to cancel it. */
  z.strictObject({
    type: z.literal('limit_limit_gtd'),
    base_size: quantityText,
    limit_price: priceText,
    end_time_ms: z.int(),
    post_only: z.boolean(),
  }),
  /** A sale that waits for the price to fall to the stop. */
  z.strictObject({
    type: z.literal('stop_limit_stop_limit_gtc'),
    base_size: quantityText,
    limit_price: priceText,
    stop_price: priceText,
  }),
  /** A sale at the target or, when the price falls to the trigger, 5 % below it at worst. */
  z.strictObject({
    type: z.literal('trigger_bracket_gtc'),
    base_size: quantityText,
    limit_price: priceText,
    stop_trigger_price: priceText,
  }),
]);

export type OrderTerms = Readonly<z.output<typeof orderTermsSchema>>;
type Fields = Readonly<Record<string, string | boolean>>;

/** The `order_configuration` of create and preview. The same terms always give the same text. */
export function orderConfigurationOf(terms: OrderTerms): Readonly<Record<string, Fields>> {
  const limit = { base_size: toText(terms.base_size), limit_price: toText(terms.limit_price) };
  switch (terms.type) {
    case 'sor_limit_ioc':
      return { sor_limit_ioc: limit };
    case 'limit_limit_gtd': {
      const endTime = new Date(terms.end_time_ms).toISOString();
      return { limit_limit_gtd: { ...limit, end_time: endTime, post_only: terms.post_only } };
    }
    case 'stop_limit_stop_limit_gtc': {
      const stop = { stop_price: toText(terms.stop_price), stop_direction: 'STOP_DIRECTION_STOP_DOWN' };
      return { stop_limit_stop_limit_gtc: { ...limit, ...stop } };
    }
    case 'trigger_bracket_gtc':
      return { trigger_bracket_gtc: { ...limit, stop_trigger_price: toText(terms.stop_trigger_price) } };
  }
}
