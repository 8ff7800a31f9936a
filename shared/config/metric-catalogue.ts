import type { MetricName } from './metric-names.ts';

export interface MetricFacts {
  readonly tells: string;
  /** The functions that emit it. */
  readonly producers: readonly ('decide' | 'execute' | 'halt' | 'hygiene')[];
  /**
   * CloudWatch bills a metric by the hour in which it got a value. 'every cycle': all of them; a number: hours a month that
   * are assumed here, for what is only told when it happens.
   */
  readonly billed: 'every cycle' | number;
}

/** CloudWatch, the first 10,000 metrics, us-east-1 and eu-west-1; looked up 2026-11. */
export const METRIC_USD_PER_MONTH = 0.3;
export const ALARM_USD_PER_MONTH = 0.1;
export const HOURS_PER_MONTH = 730;

/** Every metric: what it tells, who emits it, and for how many hours a month it is billed. */
export const METRICS: Readonly<Record<MetricName, MetricFacts>> = {
  CyclesCompleted: {
    tells: '1 for a cycle that came to a decision, 0 for one that did not: the heartbeat',
    producers: ['decide'],
    billed: 'every cycle',
  },
  CyclesDegraded: {
    tells: '1 for a cycle whose safety was in question, else 0: the average is the share',
    producers: ['decide'],
    billed: 'every cycle',
  },
  CycleLatency: {
    tells: 'how long a cycle took, without its jitter',
    producers: ['decide'],
    billed: 'every cycle',
  },
  ExchangeLatency: {
    tells: 'each request to the exchange, from sending it to the last byte; by operation in the log',
    producers: ['decide', 'execute', 'halt'],
    billed: 'every cycle',
  },
  EquityUsd: {
    tells: 'what everything would fetch now; for the eye: the books are exact',
    producers: ['decide'],
    billed: 'every cycle',
  },
  DrawdownPct: { tells: 'how far equity is below its peak', producers: ['decide'], billed: 'every cycle' },
  ExposurePct: {
    tells: 'filled, working and UNKNOWN at worst case, in percent of equity',
    producers: ['decide'],
    billed: 'every cycle',
  },
  StaleSymbols: {
    tells: 'how many symbols had stale data; only told when there were any',
    producers: ['decide'],
    billed: 60,
  },
  OrdersUnknown: {
    tells: 'orders whose fate is unknown after a cycle; only told when there are any',
    producers: ['decide'],
    billed: 20,
  },
  OrdersSent: { tells: 'orders claimed for sending', producers: ['decide', 'execute', 'halt'], billed: 200 },
  FillsBooked: {
    tells: 'fills that an order record took in, each once',
    producers: ['decide', 'execute', 'halt'],
    billed: 200,
  },
  FeesUsd: { tells: 'what those fills cost', producers: ['decide', 'execute', 'halt'], billed: 200 },
  SlippageBps: {
    tells: 'how much worse than the quote of the decision each fill was',
    producers: ['decide', 'execute', 'halt'],
    billed: 200,
  },
  KillDetectTime: {
    tells: 'from the flip of the kill switch to the start of the halt',
    producers: ['halt'],
    billed: 1,
  },
  KillAlertTime: { tells: 'from the flip to the alert', producers: ['halt'], billed: 1 },
  KillCancelTime: {
    tells: 'from the flip to the last order read back as ended',
    producers: ['halt'],
    billed: 1,
  },
  AlertTime: {
    tells: 'from seeing a breach to its alert being out',
    producers: ['decide', 'execute', 'halt'],
    billed: 100,
  },
  SecretAgeDays: { tells: 'the age of the older key of the exchange', producers: ['hygiene'], billed: 31 },
};

/**
 * What stands in the log alone, where CloudWatch Logs Insights counts it: a metric for each of these words would cost more
 * than the whole bot. `words` says what bounds them.
 */
export const LOG_FIELDS: readonly { readonly field: string; readonly tells: string; readonly words: string }[] = [
  { field: 'cycle.steps_ms', tells: 'latency of a cycle by step', words: 'CYCLE_STEPS in shared/app/step-times.ts' },
  {
    field: 'exchange.by_operation',
    tells: 'calls, failures and the slowest call by operation, in decide, execute and halt',
    words: 'OPERATIONS in shared/ports/telemetry.ts, the same list that the budget counts by',
  },
  { field: 'exchange.calls, exchange.budget', tells: 'requests sent against the budget of a cycle', words: 'figures' },
  {
    field: 'cycle.rejections',
    tells: 'rejected proposals by reason',
    words: 'at most 24 reasons a cycle, the rest as other',
  },
  { field: 'cycle.proposals, cycle.orders', tells: 'what strategies asked for, what was approved', words: 'figures' },
  {
    field: 'cycle.strategies',
    tells: 'of every strategy whether it ran and what it proposed',
    words: 'the strategies of the config',
  },
  {
    field: 'cycle.jitter_ms, cycle.offset_ms',
    tells: 'the jitter that was drawn, and how late the cycle began',
    words: 'figures',
  },
  { field: 'cycle.degraded', tells: 'why a cycle counts as degraded', words: 'gates and faults, by name' },
  { field: 'order.intent_age_ms', tells: 'from the slot of an intent to its worker being done', words: 'figures' },
];

export function monthlyUsd({ billed }: MetricFacts): number {
  return billed === 'every cycle' ? METRIC_USD_PER_MONTH : (METRIC_USD_PER_MONTH * billed) / HOURS_PER_MONTH;
}
