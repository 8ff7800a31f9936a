import { expect, it } from 'vitest';
import { runCycle } from './run-cycle.ts';
import { isOfOtherCode, sameAgain } from './same-again.ts';
import { deskOpener } from './testing/each-desk.ts';

const openDesk = deskOpener();

it('[I8] a cycle archives what decides it again, and which version of the code decided it', async () => {
  const desk = openDesk();
  const texts: string[] = [];
  const archive = { ...desk.ports.archive, put: async (_slotMs: number, text: string) => void texts.push(text) };
  await runCycle({ ...desk.ports, archive }, { ...desk.settings, codeVersion: 'v7' }, { slotMs: desk.nowMs });

  const [text = ''] = texts;
  expect(sameAgain(text)).toBe(true);
  expect(isOfOtherCode(text, 'v7')).toBe(false);
  expect(isOfOtherCode(text, 'v8')).toBe(true);
});
