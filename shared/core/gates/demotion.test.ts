import { expect, it } from 'vitest';
import { demotionReason, type LiveSigns } from './demotion.ts';

const WELL: LiveSigns = {
  ledgerBreak: null,
  unknownInARow: 2,
  slowInARow: 4,
  refusal: null,
  parityDrift: null,
};

it('[REQ-M1] a LIVE bot stays while its signs are good, and goes back for the worst of those that are not', () => {
  const worse: readonly (readonly [Partial<LiveSigns>, string])[] = [
    [{ refusal: 'ci: gone' }, 'evidence: ci: gone'],
    [{ slowInARow: 5 }, '5 cycles in a row took more than 2000 ms'],
    [{ unknownInARow: 3 }, 'orders of unknown fate in 3 cycles in a row'],
    [{ parityDrift: 'ETH-USD' }, 'parity drift: ETH-USD'],
    [{ ledgerBreak: 'cash' }, 'ledger break: cash'],
  ];

  expect(demotionReason(WELL)).toBeNull();
  let signs = WELL;
  for (const [sign, reason] of worse) {
    expect(demotionReason({ ...WELL, ...sign })).toBe(reason);
    signs = { ...signs, ...sign };
    expect(demotionReason(signs)).toBe(reason);
  }
});
