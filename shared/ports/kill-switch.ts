export type KillState =
  | { readonly kind: 'armed' }
  /** Pulled, or not readable: 'unreadable: ...' counts as killed. */
  | {
      readonly kind: 'killed';
      readonly reason: string;
      /** When the value was written, where the store tells: what the timings are measured from [REQ-K1]. */
      readonly atMs?: number;
      /** The operator also wants everything sold; nothing is bought. */
      readonly flatten?: true;
    };

/** What the reason of a switch that could not be read begins with. */
export const UNREADABLE = 'unreadable: ';

/** One outage has many words: each look may fail in another way. */
export function causeOf(reason: string): string {
  return reason.startsWith(UNREADABLE) ? UNREADABLE : reason;
}

export interface KillSwitch {
  /** Never throws and never caches. */
  read(): Promise<KillState>;
}

/** Whoever may pull and arm it: an operator. Throws when the switch did not move. */
export interface KillSwitchControl extends KillSwitch {
  set(state: KillState): Promise<void>;
}
