/** Where every function puts its metrics. */
export const METRIC_NAMESPACE = '247trader';

/**
 * Every metric has these two dimensions and no other: CloudWatch bills each combination as a metric of its own. `service`
 * names the bot and not the function, so that what several functions measure is one metric.
 */
export const METRIC_SERVICE = '247trader';

/** Every metric that is extracted from the log, with its unit. What it tells and costs: metric-catalogue.ts. */
export const METRIC_UNITS = {
  CyclesCompleted: 'Count',
  CyclesDegraded: 'Count',
  CycleLatency: 'Milliseconds',
  ExchangeLatency: 'Milliseconds',
  EquityUsd: 'Count',
  DrawdownPct: 'Percent',
  ExposurePct: 'Percent',
  StaleSymbols: 'Count',
  OrdersUnknown: 'Count',
  OrdersSent: 'Count',
  FillsBooked: 'Count',
  FeesUsd: 'Count',
  SlippageBps: 'Count',
  KillDetectTime: 'Milliseconds',
  KillAlertTime: 'Milliseconds',
  KillCancelTime: 'Milliseconds',
  AlertTime: 'Milliseconds',
  SecretAgeDays: 'Count',
} as const;
export type MetricName = keyof typeof METRIC_UNITS;

/** Takes one value. Several of one name in one event are kept apart, so that percentiles stay true. */
export type Measure = (name: MetricName, value: number) => void;
