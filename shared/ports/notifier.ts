export interface Alert {
  /** Stable key without live numbers: kind and subject only. */
  readonly fingerprint: string;
  readonly severity: 'INFO' | 'WARNING' | 'CRITICAL';
  readonly title: string;
  /** May carry figures. */
  readonly detail: string;
  readonly at_ms: number;
}

export interface Notifier {
  notify(alert: Alert): Promise<void>;
}
