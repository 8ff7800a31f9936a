import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLAIM_TIMEOUT_MS } from '../../shared/app/place-order.ts';
import { testConfig } from '../../shared/app/testing/test-config.ts';
import { LIFECYCLE_DOC, lifecyclePage } from './docs.ts';
import { breaksProperty, walkLifecycle } from './walk.ts';

const WALKED = walkLifecycle();

describe('every path of an order', () => {
  it(`[I2] [I3] [I6] [REQ-X1] ends, sends once and gives its reservation back once (${WALKED.states} states, ${WALKED.moves} moves, depth ${WALKED.depth})`, () => {
    expect(WALKED.violations).toEqual([]);
    // A model that lost a move would walk less.
    expect(WALKED.states).toBeGreaterThan(35_000);
  });

  it('[I2] is sent twice where a claim asks no condition, and the walk finds it', () => {
    expect(breaksProperty({ savesBlindly: true }, 'an entry is posted twice')).toBe(true);
  });

  it('[I2] [I6] is lost where a POST leaves after its deadline, and the walk finds it', () => {
    expect(breaksProperty({ postsLate: true }, 'an order is declared not placed that was')).toBe(true);
  });

  it('[I2] rests on times that hold as shipped: a claim outlives every deadline, and doubt outlives the claim', () => {
    const { intent_ttl_seconds, unknown_settle_seconds } = testConfig('bot').policy.execution;

    expect(CLAIM_TIMEOUT_MS).toBeGreaterThan(intent_ttl_seconds * 1_000);
    expect(unknown_settle_seconds * 1_000).toBeGreaterThan(CLAIM_TIMEOUT_MS);
  });

  it('is drawn in docs/lifecycle.md as the table has it (npm run lifecycle:docs)', () => {
    expect(readFileSync(LIFECYCLE_DOC, 'utf8')).toBe(lifecyclePage(WALKED));
  });
});
