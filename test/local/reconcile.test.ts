import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { reconcileCommand } from '../../cli/commands/reconcile.ts';
import { freshDir, run } from './harness.ts';

async function reconcile(...words: readonly string[]): Promise<string> {
  const said: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  await reconcileCommand().parseAsync(words, { from: 'user' });
  spy.mockRestore();
  return said.join('\n');
}

// What LIVE means on this machine is never Coinbase: held against it, the books of a rehearsal would differ in everything.
test('[I7] LIVE books of this machine are held against the simulated exchange of their folder', async () => {
  const state = freshDir();
  await run({ mode: 'live', exchange: 'simulator', state, cycles: 6 });
  expect(await reconcile('--state', state)).toBe('books and exchange agree');

  const byHand = [{ kind: 'deposit', at_ms: Date.parse('2025-01-06T00:06:00Z'), currency: 'SOL', amount: '2' }];
  appendFileSync(join(state, 'simulator.jsonl'), `${JSON.stringify(byHand)}\n`);

  const shown = JSON.parse(await reconcile('--state', state, '--json'));
  expect(shown.differences).toEqual({ 'SOL-USD': expect.stringMatching(/^the books say \S+, the exchange \S+$/) });
  expect(await reconcile('--state', state, '--accept', shown.code)).toContain('accepted');
  expect(await reconcile('--state', state)).toBe('books and exchange agree');
}, 60_000);
