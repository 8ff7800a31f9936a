import { describe, expect, it } from 'vitest';
import { accountOf, BTC, configOf, SLOT_MS, SOL, snapshotOf, symbolOf } from '../../test/core/world.ts';
import { decide } from '../core/cycle/decide.ts';
import { encodeCycle } from '../core/cycle/encode.ts';
import { replayCheck } from './replay-check.ts';

const HOUR_MS = 3_600_000;
const FULL_HOUR = Math.floor(SLOT_MS / HOUR_MS) * HOUR_MS;

function archived(change: (text: string) => string = (text) => text) {
  const kept: string[] = [];
  const { archive, drift } = replayCheck({
    put: async (_, text) => void kept.push(text),
    get: async () => undefined,
  });
  const inputs = { snapshot: snapshotOf([symbolOf(BTC), symbolOf(SOL)]), account: accountOf(), config: configOf() };
  const decision = decide(inputs.snapshot, inputs.account, inputs.config);
  return { archive, drift, kept, text: change(encodeCycle(inputs, decision, '1')) };
}

describe('the replay of what a cycle archived', () => {
  it('[I8] gives the same decision, and the archive gets the text as it is', async () => {
    const { archive, drift, kept, text } = archived();
    await archive.put(FULL_HOUR, text);

    expect(await drift(FULL_HOUR)).toBeNull();
    expect(kept).toEqual([text]);
  });

  it.each([
    ['decided otherwise', (text: string) => text.replace('"outcome":"no_order"', '"outcome":"order"')],
    ['cannot be read', (text: string) => text.slice(1)],
  ])('[I8] [REQ-M1] says so when it was %s', async (_, change) => {
    const { archive, drift, text } = archived(change);
    await archive.put(FULL_HOUR, text);

    expect(await drift(FULL_HOUR)).toMatch(/is decided otherwise when it is replayed$/);
  });

  it('looks once an hour, and at no other cycle than the one that is asked for', async () => {
    const { archive, drift, text } = archived((whole) => whole.slice(1));
    await archive.put(FULL_HOUR + 60_000, text);

    expect(await drift(FULL_HOUR + 60_000)).toBeNull();
    expect(await drift(FULL_HOUR)).toBeNull();
  });
});
