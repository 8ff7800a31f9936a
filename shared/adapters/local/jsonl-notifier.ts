import type { Alert, Notifier } from '../../ports/notifier.ts';
import { redactedAlert } from '../redact.ts';
import { appendLine, fileIn } from './jsonl.ts';

/** `<stateDir>/alerts.jsonl`, and the listener that shows it to a person; both see the redacted alert. */
export function jsonlNotifier(stateDir: string, listener: (alert: Alert) => void = () => undefined): Notifier {
  const file = fileIn(stateDir, 'alerts.jsonl');
  return {
    async notify(alert) {
      const safe = redactedAlert(alert);
      appendLine(file, safe);
      listener(safe);
    },
  };
}
