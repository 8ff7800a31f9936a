import { type Answer, ok } from '../../../ports/answer.ts';
import type { KeyPermissions } from '../../../ports/exchange.ts';
import type { CoinbaseClient } from '../client.ts';
import { requiredFlag, textOf, wireOf } from '../wire.ts';

/** What the key may do. A flag that is missing makes the reply unreadable: "may not transfer" is never assumed. */
export function keyPermissions(client: CoinbaseClient): Promise<Answer<KeyPermissions>> {
  return client.send({
    operation: 'permissions',
    method: 'GET',
    path: '/key_permissions',
    surface: 'private',
    effect: 'read',
    decode(reply) {
      const wire = wireOf(reply, 'reply');
      return ok({
        canView: requiredFlag(wire, 'can_view'),
        canTrade: requiredFlag(wire, 'can_trade'),
        canTransfer: requiredFlag(wire, 'can_transfer'),
        portfolioId: textOf(wire, 'portfolio_uuid'),
      });
    },
  });
}
