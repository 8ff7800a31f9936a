/** Remembers which alerts were sent, so that identical ones stay quiet for a while [REQ-AL1]. */
export interface AlertLedger {
  /** 'send': first of its kind within the window; `heldBack` identical ones were suppressed since the last one sent. */
  admit(alertKey: string, atMs: number, dedupeMs: number): Promise<Admission>;
  /** Takes an admission back when the alert could not be delivered, so that the next one is not held back. */
  withdraw(alertKey: string, atMs: number): Promise<void>;
}

export type Admission = { readonly kind: 'send'; readonly heldBack: number } | { readonly kind: 'suppress' };
