import type { ProductId } from '../market/product.ts';

const BOT_ID = /^[a-z0-9]{1,12}$/;
const LETTERS = { entry: 'e', exit: 'x', protect: 'p' } as const;

/**
 * `<bot>-<symbol>-<slot in epoch seconds>-<nonce>` [REQ-X1]. A slot is decided once in the life of a bot, so the id needs
 * no randomness: deciding the same slot again names the same order. The nonce is 'e', 'x' or 'p' with the ordinal of the intent.
 */
export function clientOrderId(
  botId: string,
  symbol: ProductId,
  slotMs: number,
  purpose: 'entry' | 'exit' | 'protect',
  ordinal: number,
): string {
  if (!BOT_ID.test(botId)) throw new RangeError(`bot id must be 1 to 12 of a-z and 0-9: ${JSON.stringify(botId)}`);
  return `${botId}-${symbol}-${Math.floor(slotMs / 1000)}-${LETTERS[purpose]}${ordinal}`;
}
