import type { Counts } from './counts.ts';

export interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Where one step stands for many checks: what it counted, once it has run. undefined: it did not get that far. */
  readonly counts?: () => Counts | undefined;
  /**
   * beside: while the steps after it run, for one that mostly waits; what it says is held back until it is waited for.
   * alone: begins when nothing else runs any more, for one that measures. Without a word: after the step before it.
   */
  readonly place?: 'beside' | 'alone';
}

export interface Ran {
  readonly exitCode: number;
  /** What it said, where that was held back; else ''. */
  readonly output: string;
}

/** Runs the command of a step. Never rejects: what cannot be started has failed. */
export type Run = (command: readonly string[], output: 'shown' | 'held') => Promise<Ran>;

interface Console {
  readonly print: (line: string) => void;
  readonly nowMs: () => number;
}

/** Runs every step, also after a failed one, so that all faults are seen at once. True when nothing failed. */
export async function runGate(steps: readonly Step[], run: Run, { print, nowMs }: Console): Promise<boolean> {
  const judged = new Map<Step, { readonly counts: Counts; readonly line: string }>();
  const beside: (() => Promise<void>)[] = [];
  const titleOf = ({ name, command }: Step, index: number) =>
    `\n[${index + 1}/${steps.length}] ${name}: ${command.join(' ')}`;

  const begin = async (step: Step, output: 'shown' | 'held') => {
    const startedMs = nowMs();
    return { ...(await run(step.command, output)), ms: nowMs() - startedMs };
  };
  const conclude = (step: Step, { exitCode, ms }: { readonly exitCode: number; readonly ms: number }) => {
    const counts = judge(step, exitCode);
    const line = summary(step.name, counts, ms);
    judged.set(step, { counts, line });
    print(line);
  };
  const waitForAll = async () => {
    for (const wait of beside.splice(0)) await wait();
  };

  for (const [index, step] of steps.entries()) {
    if (step.place === 'alone') await waitForAll();
    const title = titleOf(step, index);
    if (step.place === 'beside') {
      print(`${title} (beside what follows)`);
      const running = begin(step, 'held');
      beside.push(async () => {
        const ran = await running;
        print(`${title}\n${ran.output.trimEnd()}`);
        conclude(step, ran);
      });
    } else {
      print(title);
      conclude(step, await begin(step, 'shown'));
    }
  }
  await waitForAll();

  const verdicts = steps.flatMap((step) => judged.get(step) ?? []);
  const sum = (of: 'passed' | 'failed') => verdicts.reduce((all, { counts }) => all + counts[of], 0);
  const lines = verdicts.flatMap(({ counts, line }) => [
    line,
    ...counts.failures.map((failure) => `  FAILED ${failure}`),
  ]);
  print(`\n${lines.join('\n')}\n`);
  print(`${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0;
}

/** A step is one check unless it counts its own; a failed step always counts as a failure. */
function judge(step: Step, exitCode: number): Counts {
  const counted = step.counts?.();
  if (counted === undefined) {
    const ok = exitCode === 0 && step.counts === undefined;
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, failures: [] };
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
