import { describe, expect, it } from 'vitest';
import { progressBar, progressText } from './progress.ts';

function screen(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  return { written, stream };
}

describe('how far a long piece of work has come', () => {
  it('says the share, the rate and what is left', () => {
    const half = { done: 50, total: 100, unit: 'bars', elapsedMs: 10_000, label: 'BTC-USD' };
    expect(progressText(half)).toBe('[############------------]  50%  5 bars/s  10 s left  BTC-USD');
    expect(progressText({ ...half, done: 0, elapsedMs: 0, label: '' })).toBe(`[${'-'.repeat(24)}]   0%  0 bars/s`);
    expect(progressText({ ...half, total: 36_050 })).toContain('2.0 h left');
  });

  it('redraws one line on a screen, at most ten times a second, and leaves nothing behind', () => {
    const { written, stream } = screen(true);
    let now = 0;
    const progress = progressBar({ total: 1_000, unit: 'bars', stream, nowMs: () => now });
    for (let done = 0; done <= 1_000; done += 1, now += 1) progress.at(done);
    progress.end();

    expect(written).toHaveLength(11);
    expect(written.every((text) => text.startsWith('\r\u001b[K') && !text.includes('\n'))).toBe(true);
    expect(written.at(-1)).toBe('\r\u001b[K');
  });

  it('writes a line now and then where no screen is, and nothing for short work', () => {
    const { written, stream } = screen(false);
    let now = 0;
    const progress = progressBar({ total: 30, unit: 'bars', stream, nowMs: () => now });
    for (let done = 0; done <= 30; done += 1, now += 1_000) progress.at(done);
    progress.end();

    expect(written).toHaveLength(3);
    expect(written.every((text) => text.endsWith('\n'))).toBe(true);
  });
});
