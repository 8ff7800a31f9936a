import type { AuditLog } from '../../ports/audit-log.ts';
import type { Clock } from '../../ports/clock.ts';
import { redact } from '../redact.ts';
import { appendLine, fileIn } from './jsonl.ts';

/** `<stateDir>/audit.jsonl`: one redacted line per event, UTC time first. */
export function jsonlAuditLog(stateDir: string, clock: Clock): AuditLog {
  const file = fileIn(stateDir, 'audit.jsonl');
  return {
    append(event, record) {
      appendLine(file, { at: new Date(clock.nowMs()).toISOString(), event, record: redact(record) });
    },
  };
}
