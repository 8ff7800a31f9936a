import type { FaultRule } from '../../simulator/http/faults.ts';
import { stormRules } from '../soak/storm.ts';

/** What may befall the exchange for a while. */
export const EPISODES: Readonly<Record<string, readonly FaultRule[]>> = {
  storm: stormRules(),
  maintenance: [{ match: {}, effect: { kind: 'maintenance' } }],
  stale: [{ match: { probability: 0.5 }, effect: { kind: 'staleQuotes', ageMs: 20_000 } }],
  lagging: [{ match: { path: /historical/, probability: 0.7 }, effect: { kind: 'delayedLists', ms: 45_000 } }],
  blind: [
    { match: { path: /historical|accounts/, probability: 0.8 }, effect: { kind: '5xx', status: 500, body: 'json' } },
  ],
  mute: [{ match: { method: 'POST', probability: 0.5 }, effect: { kind: 'lostReply' } }],
  html: [{ match: { probability: 0.3 }, effect: { kind: 'html', when: 'after' } }],
  slow: [{ match: { probability: 0.5 }, effect: { kind: 'latency', ms: 1_500 } }],
  failing: [
    { match: { method: 'POST', path: '/orders', probability: 0.6 }, effect: { kind: 'failOrder', filledShare: 0.5 } },
  ],
  limits: [{ match: { probability: 0.5 }, effect: { kind: '429', retryAfterSeconds: 2 } }],
  unauthorised: [{ match: { probability: 0.7 }, effect: { kind: '401' } }],
};

/** Always: the exchange of a good day. */
export const GOOD_DAY: readonly FaultRule[] = [
  { match: { probability: 0.004 }, effect: { kind: '429' } },
  { match: { probability: 0.004 }, effect: { kind: '5xx', status: 503, when: 'after', body: 'html' } },
  { match: { probability: 0.004 }, effect: { kind: 'resetAfterAccept' } },
];
