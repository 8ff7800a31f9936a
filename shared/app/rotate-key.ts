import type { Answer } from '../ports/answer.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyPermissions } from '../ports/exchange.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { ApiKey, KeyPurpose } from '../ports/secrets.ts';
import type { FactStore } from '../ports/stores.ts';
import { noteRotation } from './key-ages.ts';
import { keyProblem } from './key-problem.ts';

export interface RotatePorts {
  readonly vault: KeyVault;
  readonly facts: FactStore;
  readonly clock: Clock;
  readonly audit: AuditLog;
  /** Asks the exchange what a key may do. */
  readonly permissionsOf: (key: ApiKey) => Promise<Answer<KeyPermissions>>;
}

export type Rotation =
  | { readonly kind: 'rotated'; readonly versionId: string }
  /** The key in use is still the old one. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Puts a new key in place of the one in use [REQ-SEC2]: staged, asked what it may do, switched. Interrupted anywhere the
 * old one or the new one is in use, and both work. The event is recorded, never a part of the key.
 */
export async function rotateKey(
  ports: RotatePorts,
  purpose: KeyPurpose,
  { key, text }: { readonly key: ApiKey; readonly text: string },
): Promise<Rotation> {
  const { vault, audit, clock, facts } = ports;
  const versionId = await vault.stage(purpose, text);
  audit.append('key_staged', { purpose, version_id: versionId });
  const reason = keyProblem(await ports.permissionsOf(key), purpose);
  if (reason !== null) {
    await vault.withdraw(purpose, versionId);
    audit.append('key_refused', { purpose, version_id: versionId, reason });
    return { kind: 'refused', reason };
  }
  await vault.promote(purpose, versionId);
  const at_ms = clock.nowMs();
  audit.append('key_rotated', { purpose, version_id: versionId, at_ms });
  await noteRotation(facts, { at_ms, purpose, version_id: versionId });
  return { kind: 'rotated', versionId };
}
