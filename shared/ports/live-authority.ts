/** Whether LIVE may send real orders now: gate evidence and an operator's confirmation [I10]. */
export interface LiveAuthority {
  /** null: granted. Else what is missing. */
  refusal(): Promise<string | null>;
}
