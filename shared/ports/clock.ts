export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** For durations only. */
  monotonicMs(): number;
  sleep(ms: number): Promise<void>;
}
