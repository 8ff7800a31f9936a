/** One thing that must never be, found. */
export interface Break {
  readonly kind:
    | 'caps'
    | 'pacing'
    | 'order_after_kill'
    | 'order_after_pause'
    | 'kill_slow'
    | 'stuck'
    | 'outbox'
    | 'untracked'
    | 'unprotected'
    | 'overstay'
    | 'fees'
    | 'stale_alert'
    | 'negative'
    | 'size'
    | 'silent_gap'
    | 'frozen'
    | 'silent'
    | 'accused'
    | 'demoted'
    | 'replay'
    | 'schema'
    | 'threw'
    | 'duplicate'
    | 'oversell'
    | 'lost_fill'
    | 'ledger'
    | 'no_end';
  readonly detail: string;
  readonly at: string;
}
