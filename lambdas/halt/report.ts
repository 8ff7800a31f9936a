import type { HaltReport, SweepReport } from '../../shared/app/halt.ts';
import type { ExchangeTally } from '../runtime/exchange-meter.ts';
import type { MeteredTelemetry } from '../runtime/metrics.ts';

/** One line and the three times of a halt [REQ-K1]. A look afterwards has no times of its own. */
export function reportHalt(
  {
    logger,
    measure,
  }: { readonly logger: Pick<MeteredTelemetry['logger'], 'info'> } & Pick<MeteredTelemetry, 'measure'>,
  report: HaltReport | SweepReport | null,
  exchange: ExchangeTally,
): void {
  logger.info(report === null ? 'armed, nothing to halt' : 'halted', { report, exchange });
  if (report === null || !('detect_ms' in report)) return;
  measure('KillDetectTime', report.detect_ms);
  if (report.alert_ms !== null) measure('KillAlertTime', report.alert_ms);
  // A halt that is not complete has no third time: it fails, and its alarm rings.
  if (report.cancelled_ms !== null) measure('KillCancelTime', report.cancelled_ms);
}
