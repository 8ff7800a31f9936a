import type { MetricName } from '../shared/config/metric-names.ts';

/** Which way a value breaks its promise. */
export type Breach = 'above' | 'at_least' | 'below';

/** One promise that a metric of the bot itself is held against. */
export interface MeasuredSla {
  readonly id: string;
  readonly requirement: string;
  readonly metric: MetricName;
  readonly statistic: string;
  readonly breach: Breach;
  readonly limit: number;
  /** How many cycles one look takes in; 'day' for what is measured once a day, 'minute' for what happens rarely. */
  readonly window: number | 'minute' | 'day';
  /** So many looks in a row; 1 when absent. */
  readonly looks?: number;
  /** Whether silence is bad news (a heartbeat) or no news. */
  readonly whenMissing: 'page' | 'rest';
  /** What the woken person reads. */
  readonly what: string;
}

const rare = { window: 'minute', whenMissing: 'rest', breach: 'above', statistic: 'Maximum' } as const;

/**
 * What the requirements promise in figures, and where somebody is woken. A share or a percentile over few cycles says
 * little: p95 is taken over 60 cycles, p99 and the share of degraded ones over 360, where two break the promise.
 */
export const MEASURED_SLAS: readonly MeasuredSla[] = [
  {
    id: 'Heartbeat',
    requirement: 'REQ-OB1',
    metric: 'CyclesCompleted',
    statistic: 'Sum',
    breach: 'below',
    limit: 1,
    window: 1,
    looks: 3,
    whenMissing: 'page',
    what: 'no cycle completed in 3 slots',
  },
  {
    id: 'CycleP95',
    requirement: 'REQ-OB1',
    metric: 'CycleLatency',
    statistic: 'p95',
    breach: 'above',
    limit: 1_000,
    window: 60,
    whenMissing: 'rest',
    what: 'one cycle in twenty takes longer than 1.0 s',
  },
  {
    id: 'CycleP99',
    requirement: 'REQ-OB1',
    metric: 'CycleLatency',
    statistic: 'p99',
    breach: 'above',
    limit: 2_000,
    window: 360,
    whenMissing: 'rest',
    what: 'one cycle in a hundred takes longer than 2.0 s',
  },
  {
    id: 'Degraded',
    requirement: 'REQ-OB1',
    metric: 'CyclesDegraded',
    statistic: 'Average',
    breach: 'above',
    limit: 0.005,
    window: 360,
    whenMissing: 'rest',
    what: 'more than 0.5 % of the cycles are degraded',
  },
  {
    id: 'KillDetect',
    requirement: 'REQ-K1',
    metric: 'KillDetectTime',
    limit: 3_000,
    what: 'the kill switch was noticed later than after 3 s',
    ...rare,
  },
  {
    id: 'KillAlert',
    requirement: 'REQ-K1',
    metric: 'KillAlertTime',
    limit: 5_000,
    what: 'the alert of the kill switch came later than after 5 s',
    ...rare,
  },
  {
    id: 'KillCancel',
    requirement: 'REQ-K1',
    metric: 'KillCancelTime',
    limit: 10_000,
    what: 'cancelling everything took longer than 10 s',
    ...rare,
  },
  {
    id: 'AlertTime',
    requirement: 'REQ-AL1',
    metric: 'AlertTime',
    limit: 5_000,
    what: 'an alert came later than after 5 s',
    ...rare,
  },
  {
    id: 'Staleness',
    requirement: 'REQ-ST1',
    metric: 'StaleSymbols',
    statistic: 'Maximum',
    breach: 'at_least',
    limit: 1,
    window: 1,
    looks: 3,
    whenMissing: 'rest',
    what: 'market data was stale in 3 cycles one after the other',
  },
  {
    id: 'SecretAge',
    requirement: 'REQ-SEC2',
    metric: 'SecretAgeDays',
    statistic: 'Maximum',
    breach: 'at_least',
    // Ten days to make a new one in.
    limit: 80,
    window: 'day',
    whenMissing: 'rest',
    what: 'a key of the exchange is 80 days old, and 90 are allowed',
  },
];

/** What AWS itself measures about the parts of the stack, and where somebody is woken. */
export interface PartSla {
  readonly requirement: string;
  readonly namespace: string;
  readonly metric: string;
  readonly breach: Breach;
  readonly limit: number;
  readonly whenMissing: 'page' | 'rest';
  /** The resources that need an alarm each; 'account' for a metric of the whole account. */
  readonly parts: 'every function' | 'the watch' | 'every dead-letter queue' | 'the queue of intents' | 'account';
}

/** The promises that the stack's parts are held against: the constructs make the alarms, a test compares. */
export const PART_SLAS: readonly PartSla[] = [
  {
    requirement: 'REQ-OB1',
    namespace: 'AWS/Lambda',
    metric: 'Errors',
    breach: 'at_least',
    limit: 1,
    whenMissing: 'rest',
    parts: 'every function',
  },
  {
    requirement: 'REQ-OB1',
    namespace: 'AWS/Lambda',
    metric: 'Throttles',
    breach: 'at_least',
    limit: 1,
    whenMissing: 'rest',
    parts: 'account',
  },
  {
    requirement: 'REQ-K1',
    namespace: 'AWS/Lambda',
    metric: 'Invocations',
    breach: 'below',
    limit: 1,
    whenMissing: 'page',
    parts: 'the watch',
  },
  {
    requirement: 'REQ-X2',
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    breach: 'at_least',
    limit: 1,
    whenMissing: 'rest',
    parts: 'every dead-letter queue',
  },
  {
    requirement: 'REQ-X2',
    namespace: 'AWS/SQS',
    metric: 'ApproximateAgeOfOldestMessage',
    breach: 'at_least',
    limit: 60,
    whenMissing: 'rest',
    parts: 'the queue of intents',
  },
];
