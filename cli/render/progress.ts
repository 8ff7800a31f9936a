/** Shows how far a long piece of work has come. */
export interface Progress {
  /** So much of the whole is done; `label`: what is being done now. */
  at(done: number, label?: string): void;
  /** Removes the bar. */
  end(): void;
}

export interface ProgressOptions {
  readonly total: number;
  /** What is counted: "bars". */
  readonly unit: string;
  readonly stream?: NodeJS.WriteStream;
  readonly nowMs?: () => number;
}

const REDRAW_MS = 100;
/** Where nobody watches a line being redrawn, a new line so often. */
const LINE_MS = 10_000;
const WIDTH = 24;

/** A bar with rate and remaining time, on stderr so that what a command prints stays clean. */
export function progressBar({ total, unit, stream = process.stderr, nowMs = Date.now }: ProgressOptions): Progress {
  const startMs = nowMs();
  const isScreen = stream.isTTY;
  let shownMs = startMs;
  let isShown = false;
  return {
    at(done, label = '') {
      const now = nowMs();
      if (now - shownMs < (isScreen ? REDRAW_MS : LINE_MS)) return;
      shownMs = now;
      isShown = true;
      const line = progressText({ done, total, unit, elapsedMs: now - startMs, label });
      stream.write(isScreen ? `\r\u001b[K${line}` : `${line}\n`);
    },
    end() {
      if (isShown && isScreen) stream.write('\r\u001b[K');
    },
  };
}

/** A bar for as long as the work takes, gone before any error is said. */
export function withProgress<Result>(options: ProgressOptions, work: (progress: Progress) => Result): Result {
  const progress = progressBar(options);
  try {
    return work(progress);
  } finally {
    progress.end();
  }
}

/** The same for work that waits. */
export async function withProgressWaiting<Result>(
  options: ProgressOptions,
  work: (progress: Progress) => Promise<Result>,
): Promise<Result> {
  const progress = progressBar(options);
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}

export interface ProgressState {
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly elapsedMs: number;
  readonly label: string;
}

/** "[######------]  50%  1,200 bars/s  12 s left  BTC-USD". */
export function progressText({ done, total, unit, elapsedMs, label }: ProgressState): string {
  const share = total <= 0 ? 1 : Math.min(1, done / total);
  const filled = Math.floor(share * WIDTH);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}]`;
  const perSecond = elapsedMs > 0 ? (done / elapsedMs) * 1_000 : 0;
  const left = perSecond > 0 ? `  ${timeText((total - done) / perSecond)} left` : '';
  const rate = `${perSecond.toLocaleString('en-US', { maximumFractionDigits: perSecond < 10 ? 1 : 0 })} ${unit}/s`;
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)}%  ${rate}${left}${label === '' ? '' : `  ${label}`}`;
}

function timeText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 120) return `${whole} s`;
  return whole < 7_200 ? `${Math.ceil(whole / 60)} min` : `${(whole / 3_600).toFixed(1)} h`;
}
