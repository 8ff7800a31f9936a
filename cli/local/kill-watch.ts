import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileKillSwitch } from '../../shared/adapters/local/file-kill-switch.ts';
import { systemClock } from '../../shared/adapters/local/system-clock.ts';
import { watchKillSwitch } from '../../shared/app/watch-kill-switch.ts';
import type { Bot } from './bot.ts';

/** Written beside the switch, so that `trader kill` can show it while the run holds the table. */
export const HALT_REPORT_FILE = 'halt.json';

const POLL_MS = 500;

interface KillWatchParts {
  readonly stateDir: string;
  readonly bot: Pick<Bot, 'halt'>;
  readonly onFailure: (error: unknown) => void;
}

/** The watcher of a local run, beside its cycles and in real time [REQ-K1]. `stop` waits for a halt that is under way. */
export function startKillWatch({ stateDir, bot, onFailure }: KillWatchParts): { readonly stop: () => Promise<void> } {
  const ending = new AbortController();
  const clock = { ...systemClock, sleep: (ms: number) => restful(ms, ending.signal) };
  const watching = watchKillSwitch(
    {
      clock,
      killSwitch: fileKillSwitch(stateDir),
      onFailure,
      async onKilled({ reason, atMs }, isFirst) {
        const agoMs = atMs === undefined ? 0 : Math.max(0, systemClock.nowMs() - atMs);
        const report = await bot.halt({ reason, source: 'watch' }, agoMs, isFirst);
        if (isFirst) writeReport(stateDir, { reason, at: new Date().toISOString(), ...report });
        if (report.remaining.length + report.faults.length > 0) {
          throw new Error(`halt is not complete: ${[...report.remaining, ...report.faults].join('; ')}`);
        }
      },
    },
    { pollMs: POLL_MS, forMs: Number.POSITIVE_INFINITY, signal: ending.signal },
  );
  return {
    async stop() {
      ending.abort();
      await watching;
    },
  };
}

/** Does not keep the process, and ends with the watch. */
function restful(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    timer.unref();
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

function writeReport(stateDir: string, report: object): void {
  const path = join(stateDir, HALT_REPORT_FILE);
  writeFileSync(`${path}.new`, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
