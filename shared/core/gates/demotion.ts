/** What a cycle saw that may cost a LIVE step. */
export interface LiveSigns {
  /** Books and exchange differ. */
  readonly ledgerBreak: string | null;
  /** Cycles in a row with an order of unknown fate. */
  readonly unknownInARow: number;
  /** Cycles in a row that took longer than the target [REQ-OB1]. */
  readonly slowInARow: number;
  /** What the gates now refuse; null: they still grant it. */
  readonly refusal: string | null;
  /** Paper and live have decided differently on the same inputs; null where nobody compares. */
  readonly parityDrift: string | null;
}

const MOST_UNKNOWN = 3;
const MOST_SLOW = 5;
/** [REQ-OB1]: 99 of 100 cycles are faster. */
export const SLOW_CYCLE_MS = 2_000;

/** Why it goes back to PAPER by itself, worst first; null: it stays. */
export function demotionReason(signs: LiveSigns): string | null {
  if (signs.ledgerBreak !== null) return `ledger break: ${signs.ledgerBreak}`;
  if (signs.parityDrift !== null) return `parity drift: ${signs.parityDrift}`;
  if (signs.unknownInARow >= MOST_UNKNOWN) return `orders of unknown fate in ${signs.unknownInARow} cycles in a row`;
  if (signs.slowInARow >= MOST_SLOW) return `${signs.slowInARow} cycles in a row took more than ${SLOW_CYCLE_MS} ms`;
  return signs.refusal === null ? null : `evidence: ${signs.refusal}`;
}
