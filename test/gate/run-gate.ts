import type { Counts } from './counts.ts';

export interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Where one step stands for many checks: what it counted, once it has run. undefined: it did not get that far. */
  readonly counts?: () => Counts | undefined;
}

interface Console {
  readonly print: (line: string) => void;
  readonly nowMs: () => number;
}

/** Runs every step, also after a failed one, so that all faults are seen at once. True when nothing failed. */
export async function runGate(
  steps: readonly Step[],
  run: (command: readonly string[]) => Promise<number>,
  { print, nowMs }: Console,
): Promise<boolean> {
  const lines: string[] = [];
  let passed = 0;
  let failed = 0;

  for (const [index, step] of steps.entries()) {
    print(`\n[${index + 1}/${steps.length}] ${step.name}: ${step.command.join(' ')}`);
    const startedMs = nowMs();
    const exitCode = await run(step.command);
    const counts = judge(step, exitCode);
    passed += counts.passed;
    failed += counts.failed;
    lines.push(summary(step.name, counts, nowMs() - startedMs));
    print(lines.at(-1) ?? '');
  }

  print(`\n${lines.join('\n')}\n`);
  print(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

/** A step is one check unless it counts its own; a failed step always counts as a failure. */
function judge(step: Step, exitCode: number): Counts {
  const counted = step.counts?.();
  if (counted === undefined) {
    const ok = exitCode === 0 && step.counts === undefined;
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
  }
  // A test file that cannot even be loaded fails the run without a failed test.
  return exitCode === 0 ? counted : { ...counted, failed: Math.max(1, counted.failed) };
}

function summary(name: string, { passed, failed, skipped }: Counts, ms: number): string {
  const nothingRan = passed + failed === 0 && skipped > 0;
  const verdict = failed > 0 ? 'FAILED' : nothingRan ? 'skipped' : 'ok';
  const details = passed + failed > 1 ? `${passed} passed, ${failed} failed, ${skipped} skipped` : '';
  return `${name.padEnd(10)} ${verdict.padEnd(7)} ${(ms / 1000).toFixed(1).padStart(6)} s  ${details}`.trimEnd();
}
