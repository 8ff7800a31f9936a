import type { Account } from '../core/portfolio/account.ts';
import { heldSymbols, workingOrders } from '../core/portfolio/valuation.ts';

/** What is held while nothing may be sent, for a person: exits are not sent either, only what rests already goes on. */
export function leftAlone(account: Account): string {
  const held = heldSymbols(account);
  if (held.length === 0) return '';
  const guarded = new Set(
    workingOrders(account)
      .filter(({ purpose, status }) => purpose === 'protect' && status === 'WORKING')
      .map(({ product_id }) => product_id),
  );
  const bare = held.filter((symbol) => !guarded.has(symbol));
  const stops = bare.length === 0 ? 'their stops rest' : `no stop rests behind ${bare.join(', ')}`;
  return `; nothing sells ${held.join(', ')} meanwhile; ${stops}`;
}
