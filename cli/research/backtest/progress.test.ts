import { expect, it } from 'vitest';
import { progressBar, progressText } from './progress.ts';

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return {
    written,
    stream: { isTTY, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream,
  };
}

it('shows how far, how fast and how long still', () => {
  expect(progressText(25, 100, 5_000, 10_000)).toBe('[######..................] 25 %  500 bars/s  30 s left');
  expect(progressText(0, 100, 0, 0)).toMatch(/^\[\.{24}\] 0 % {2}0 bars\/s {2}\? left$/);
});

it('redraws one line on a terminal, a few times a second, and takes it away in the end', () => {
  let now = 0;
  const { written, stream } = terminal(true);
  const bar = progressBar(stream, () => now);
  for (now = 0; now < 1_000; now += 10) bar.show(now, 1_000, now);
  bar.clear();

  expect(written.length).toBe(11);
  expect(written.every((text) => text.startsWith('\r'))).toBe(true);
  expect(written.at(-1)).toBe('\r\u001b[2K');
});

it('keeps short runs silent where the output goes to a file', () => {
  let now = 0;
  const { written, stream } = terminal(false);
  const bar = progressBar(stream, () => now);
  for (now = 0; now < 25_000; now += 100) bar.show(now, 30_000, now);
  bar.clear();

  expect(written.length).toBe(2);
  expect(written.every((text) => text.endsWith('\n'))).toBe(true);
});
