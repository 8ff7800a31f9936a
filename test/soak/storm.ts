import type { FaultRule } from '../../simulator/http/faults.ts';

/** What a caller waits for an answer: the configured limit, in the exchange's time. */
const CALLER_PATIENCE_MS = 3_000;

/** The rates that the soak is asked for, of every request; each is drawn by itself from the seed. */
const RATES = {
  http_429: 0.2,
  http_5xx: 0.1,
  reset_before: 0.05,
  reset_after: 0.05,
  lost_reply: 0.05,
  delayed_list: 0.1,
  failed_order: 0.02,
} as const;

export function stormRules(): readonly FaultRule[] {
  return [
    all(1, { kind: 'latency', ms: 20 }),
    ...eitherOf(RATES.http_429, { kind: '429', body: 'json' }, { kind: '429', body: 'html' }),
    // Half of them after the request was carried out.
    ...eitherOf(
      RATES.http_5xx,
      { kind: '5xx', status: 502, when: 'before', body: 'html' },
      { kind: '5xx', status: 504, when: 'after', body: 'trace' },
    ),
    all(RATES.reset_before, { kind: 'resetBefore' }),
    all(RATES.reset_after, { kind: 'resetAfterAccept' }),
    all(RATES.lost_reply, { kind: 'lostReply', cutAfterMs: CALLER_PATIENCE_MS }),
    {
      match: { path: /historical/, probability: RATES.delayed_list },
      effect: { kind: 'delayedLists', ms: 20_000 },
    },
    {
      match: { method: 'POST', path: '/orders', probability: RATES.failed_order },
      effect: { kind: 'failOrder', filledShare: 0.5 },
    },
  ];
}

function all(probability: number, effect: FaultRule['effect']): FaultRule {
  return { match: { probability }, effect };
}

/** Two rules that together strike at the rate: each is drawn by itself. */
function eitherOf(rate: number, first: FaultRule['effect'], second: FaultRule['effect']): readonly FaultRule[] {
  return [all(rate / 2, first), all(rate / 2 / (1 - rate / 2), second)];
}
