import { expect, test } from 'vitest';
import { ok } from '../ports/answer.ts';
import { keyProblem } from './key-problem.ts';

const VIEW = { canView: true, canTrade: false, canTransfer: false, portfolioId: 'p' };
const TRADE = { ...VIEW, canTrade: true };

test('[REQ-SEC1] a key may do what it is for and nothing more', () => {
  expect(keyProblem(ok(VIEW), 'view')).toBeNull();
  expect(keyProblem(ok(TRADE), 'trade')).toBeNull();
  expect(keyProblem(ok(TRADE), 'view')).toMatch(/^it may trade/);
  expect(keyProblem(ok(VIEW), 'trade')).toBe('it may not trade');
  expect(keyProblem(ok({ ...TRADE, canView: false }), 'trade')).toBe('it may not view');
});

test.each(['view', 'trade'] as const)(
  '[REQ-SEC1] a %s key that may transfer is refused, whatever else it may',
  (purpose) => {
    for (const may of [VIEW, TRADE]) {
      expect(keyProblem(ok({ ...may, canTransfer: true }), purpose)).toMatch(/^REFUSED, it may transfer/);
    }
  },
);

test('[REQ-SEC1] rights that cannot be read are no rights', () => {
  expect(keyProblem({ kind: 'unavailable', message: 'timeout' }, 'view')).toContain('cannot be read');
  expect(keyProblem({ kind: 'unauthorised', message: '401' }, 'trade')).toContain('cannot be read');
});
