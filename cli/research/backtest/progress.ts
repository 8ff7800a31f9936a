/** A line on stderr about a long run: how far, how fast, how long still. Silent where nobody looks. */
export function progressBar(
  stream: NodeJS.WriteStream,
  nowMs: () => number = () => performance.now(),
): { readonly show: (done: number, of: number, bars: number) => void; readonly clear: () => void } {
  const startMs = nowMs();
  let shownMs = Number.NEGATIVE_INFINITY;
  let isShown = false;
  const everyMs = stream.isTTY ? 100 : 10_000;
  return {
    show(done, of, bars) {
      const atMs = nowMs();
      if (atMs - shownMs < everyMs) return;
      // The first line off a terminal would say nothing yet.
      if (!stream.isTTY && shownMs === Number.NEGATIVE_INFINITY) {
        shownMs = atMs;
        return;
      }
      shownMs = atMs;
      const text = progressText(done, of, bars, atMs - startMs);
      stream.write(stream.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
      isShown = stream.isTTY;
    },
    clear() {
      if (isShown) stream.write('\r\u001b[2K');
    },
  };
}

const WIDTH = 24;

export function progressText(done: number, of: number, bars: number, elapsedMs: number): string {
  const share = of === 0 ? 1 : done / of;
  const full = Math.round(share * WIDTH);
  const seconds = Math.max(elapsedMs, 1) / 1000;
  const left = share === 0 ? '?' : `${Math.ceil((seconds / share) * (1 - share))} s`;
  const bar = `${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}`;
  return `[${bar}] ${Math.floor(share * 100)} %  ${Math.round(bars / seconds)} bars/s  ${left} left`;
}
