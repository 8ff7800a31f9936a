import type { Measure } from '../../shared/config/metric-names.ts';
import { BLOCK_AFTER_DAYS, type KeyAges } from '../../shared/core/secrets/key-age.ts';

const DAY_MS = 86_400_000;

/** The age of the older key, for the alarm [REQ-SEC2]. One whose age cannot be told counts as expired, as everywhere. */
export function reportAges(measure: Measure, { checked_at_ms, changed_at_ms }: KeyAges): void {
  const days = Object.values(changed_at_ms).map((atMs) =>
    atMs === null ? BLOCK_AFTER_DAYS : Math.max(0, Math.floor((checked_at_ms - atMs) / DAY_MS)),
  );
  measure('SecretAgeDays', Math.max(...days));
}
