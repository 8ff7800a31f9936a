import type { AlertNotice } from '../../core/alerts/alert-book.ts';
import type { AlertChannel } from '../../ports/notifier.ts';
import { redactedNotice } from '../redact.ts';
import { appendLine, fileIn } from './jsonl.ts';

/** `<stateDir>/alerts.jsonl`, and the listener that shows it to a person; both see the redacted message. */
export function jsonlAlertChannel(
  stateDir: string,
  listener: (notice: AlertNotice) => void = () => undefined,
): AlertChannel {
  const file = fileIn(stateDir, 'alerts.jsonl');
  return {
    async send(notice) {
      const safe = redactedNotice(notice);
      appendLine(file, safe);
      listener(safe);
    },
  };
}
