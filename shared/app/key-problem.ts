import { type Answer, failureText } from '../ports/answer.ts';
import type { KeyPermissions } from '../ports/exchange.ts';
import type { KeyPurpose } from '../ports/secrets.ts';

/**
 * Why a key must not be used for its purpose; null: it may. What cannot be told is a problem: "may not transfer" is never
 * assumed [REQ-SEC1].
 */
export function keyProblem(permissions: Answer<KeyPermissions>, purpose: KeyPurpose): string | null {
  if (permissions.kind !== 'ok') return `its rights cannot be read (${failureText(permissions)})`;
  const { canView, canTrade, canTransfer } = permissions.value;
  if (canTransfer) return 'REFUSED, it may transfer funds; make one without that right, and delete this one';
  if (!canView) return 'it may not view';
  if (purpose === 'trade' && !canTrade) return 'it may not trade';
  if (purpose === 'view' && canTrade) return 'it may trade; the key that decisions are made with may only view';
  return null;
}
