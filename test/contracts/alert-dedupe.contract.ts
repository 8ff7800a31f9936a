import { describe, expect, it } from 'vitest';
import type { AlertLedger } from '../../shared/adapters/alert-ledger.ts';
import { dedupingNotifier } from '../../shared/adapters/deduping-notifier.ts';
import { virtualClock } from '../../shared/adapters/local/virtual-clock.ts';
import type { Mode } from '../../shared/core/portfolio/account.ts';
import type { Alert } from '../../shared/ports/notifier.ts';
import { TWENTY } from './samples.ts';

const ALERT: Alert = { fingerprint: 'STALENESS:BTC-USD', severity: 'WARNING', title: 'stale', detail: '7 s', at_ms: 0 };

export function alertDedupeContract(name: string, openLedger: (botId: string, mode: Mode) => AlertLedger): void {
  let bots = 0;
  const open = (wrap = (ledger: AlertLedger) => ledger) => {
    bots += 1;
    const clock = virtualClock(1_000_000);
    const sent: Alert[] = [];
    let isDown = false;
    const inner = {
      notify: async (alert: Alert) => {
        if (isDown) throw new Error('topic down');
        sent.push(alert);
      },
    };
    const ledger = wrap(openLedger(`ale${bots}`, 'PAPER'));
    const notifier = dedupingNotifier(ledger, inner, { dedupeMs: 60_000, clock });
    return { clock, sent, notifier, setDown: (down: boolean) => (isDown = down) };
  };

  describe(`alert dedupe: ${name}`, () => {
    it('[REQ-AL1] sends the first, holds identical ones back for 60 s and then tells how many', async () => {
      const { clock, sent, notifier } = open();
      await notifier.notify(ALERT);
      await notifier.notify({ ...ALERT, detail: '8 s' });
      clock.advanceTo(1_059_999);
      await notifier.notify(ALERT);
      expect(sent.map(({ detail }) => detail)).toEqual(['7 s']);
      clock.advanceTo(1_060_000);
      await notifier.notify(ALERT);
      expect(sent.map(({ detail }) => detail)).toEqual(['7 s', '7 s (2 identical held back before)']);
    });

    it('[REQ-AL1] does not hold back another subject or a higher severity', async () => {
      const { sent, notifier } = open();
      await notifier.notify(ALERT);
      await notifier.notify({ ...ALERT, fingerprint: 'STALENESS:ETH-USD' });
      await notifier.notify({ ...ALERT, severity: 'CRITICAL' });
      expect(sent).toHaveLength(3);
    });

    it('[REQ-AL1] sends one of twenty that are raised together', async () => {
      const { sent, notifier } = open();
      await Promise.all(TWENTY.map(() => notifier.notify(ALERT)));
      expect(sent).toHaveLength(1);
    });

    it('[REQ-AL1] sends again at once when the delivery failed', async () => {
      const { sent, notifier, setDown } = open();
      setDown(true);
      await expect(notifier.notify(ALERT)).rejects.toThrow('topic down');
      setDown(false);
      await notifier.notify(ALERT);
      expect(sent).toHaveLength(1);
    });

    it('[REQ-AL1] sends when the ledger cannot be asked, and says so', async () => {
      const broken: AlertLedger = {
        admit: () => Promise.reject(new TypeError('no table')),
        withdraw: () => Promise.reject(new TypeError('no table')),
      };
      const { sent, notifier, setDown } = open(() => broken);
      await notifier.notify(ALERT);
      expect(sent.map(({ detail }) => detail)).toEqual(['7 s (alert ledger not available: TypeError)']);
      setDown(true);
      await expect(notifier.notify(ALERT)).rejects.toThrow('topic down');
    });
  });
}
