import { UserError } from '../../user-error.ts';

export interface Window {
  readonly train: { readonly fromMs: number; readonly toMs: number };
  readonly test: { readonly fromMs: number; readonly toMs: number };
}

export interface WindowPlan {
  /** Where the first training begins. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly trainMs: number;
  readonly testMs: number;
  /** From one test to the next. */
  readonly stepMs: number;
  /** Between the end of the training and the test. */
  readonly embargoMs: number;
  /** rolling: the training is always as long; anchored: it always begins at the first bar. */
  readonly mode: 'rolling' | 'anchored';
}

/**
 * Training windows, each with the test that follows it. A test sees earlier bars only as history: whatever was chosen was
 * chosen on bars that end an embargo before it. The last test must fit in whole. Throws a UserError where none does.
 */
export function windowsOf({ fromMs, toMs, trainMs, testMs, stepMs, embargoMs, mode }: WindowPlan): readonly Window[] {
  if (stepMs < testMs) {
    throw new UserError('--step must not be shorter than --test: days that are tested twice would count twice');
  }
  const windows: Window[] = [];
  for (let at = fromMs + trainMs + embargoMs; at + testMs <= toMs; at += stepMs) {
    const trainEnd = at - embargoMs;
    const trainFrom = mode === 'anchored' ? fromMs : trainEnd - trainMs;
    windows.push({ train: { fromMs: trainFrom, toMs: trainEnd }, test: { fromMs: at, toMs: at + testMs } });
  }
  if (windows.length > 0) return windows;
  const days = (ms: number) => `${Math.round((ms / 86_400_000) * 10) / 10} days`;
  throw new UserError(
    `${days(toMs - fromMs)} after the warm-up do not hold --train ${days(trainMs)}, --embargo ${days(embargoMs)} and --test ${days(testMs)}: shorten them, or give more bars`,
  );
}
