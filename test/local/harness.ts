import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type LocalFlags, localRun } from '../../cli/local/options.ts';
import type { RunReporter } from '../../cli/local/reporter.ts';
import { textReporter } from '../../cli/local/reporter.ts';
import { runLocal } from '../../cli/local/run-local.ts';
import { unpainted } from '../../cli/render/paint.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

/** A folder of the test's own, gone with it. */
export function freshDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'local-run-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export interface Ran {
  readonly summary: Awaited<ReturnType<typeof runLocal>>;
  readonly lines: readonly string[];
}

/** One run in this process, as fast as it goes. */
export async function run(
  flags: Partial<LocalFlags> & { readonly state: string },
  listen: (reporter: RunReporter, stop: AbortController) => Partial<RunReporter> = () => ({}),
): Promise<Ran> {
  const lines: string[] = [];
  const stop = new AbortController();
  const text = textReporter((line) => lines.push(line), unpainted);
  const wanted = localRun({
    source: 'synthetic',
    seed: 7,
    speed: 'max',
    stage: 'local',
    config: join(ROOT, 'config'),
    ...flags,
  });
  const summary = await runLocal(wanted, { ...text, ...listen(text, stop) }, stop.signal);
  return { summary, lines };
}

/** Client order ids of every order the simulated exchange ever accepted, from its own journal. */
export function acceptedOrders(stateDir: string): readonly string[] {
  const lines = readFileSync(join(stateDir, 'simulator.jsonl'), 'utf8').trimEnd().split('\n').slice(1);
  return lines
    .flatMap((line) => JSON.parse(line) as readonly { readonly kind: string; readonly client_order_id?: string }[])
    .flatMap(({ kind, client_order_id }) =>
      kind === 'order' && client_order_id !== undefined ? [client_order_id] : [],
    );
}
