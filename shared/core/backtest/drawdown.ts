/** Follows a value and remembers how far, and for how long, it stood below its highest. */
export class DrawdownWatch {
  /** Percent, not negative. */
  deepestPct = 0;
  longestMs = 0;
  nowPct = 0;
  #peak = Number.NEGATIVE_INFINITY;
  #peakMs = 0;

  see(value: number, timeMs: number): void {
    if (value >= this.#peak) {
      this.#peak = value;
      this.#peakMs = timeMs;
    }
    this.nowPct = this.#peak > 0 ? (1 - value / this.#peak) * 100 : 0;
    this.deepestPct = Math.max(this.deepestPct, this.nowPct);
    this.longestMs = Math.max(this.longestMs, timeMs - this.#peakMs);
  }
}
