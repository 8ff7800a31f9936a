import type { KeyPurpose } from './secrets.ts';

/** Where the exchange's keys are kept and exchanged. No method gives a value back. */
export interface KeyVault {
  /** When the key in use was put there; null: the store does not tell. */
  changedAtMs(purpose: KeyPurpose): Promise<number | null>;
  /** Puts a new key beside the one in use; nobody reads it yet. Gives the id of this version. */
  stage(purpose: KeyPurpose, text: string): Promise<string>;
  /** From now on the staged one is in use; the one before stays at hand as the previous one. */
  promote(purpose: KeyPurpose, versionId: string): Promise<void>;
  /** Forgets a staged one. */
  withdraw(purpose: KeyPurpose, versionId: string): Promise<void>;
}
