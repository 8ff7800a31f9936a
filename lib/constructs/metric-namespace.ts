/** Where the functions put their own metrics (POWERTOOLS_METRICS_NAMESPACE). */
export const METRIC_NAMESPACE = '247trader';
