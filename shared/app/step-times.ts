import type { Clock } from '../ports/clock.ts';

/** The parts of a cycle that wait for something outside, plus the decision itself. Some run side by side. */
export const CYCLE_STEPS = [
  'open_books',
  'authority',
  'kill_switch',
  'clock',
  'reconcile',
  'market',
  'fees',
  'decide',
  'commit',
  'publish',
  'alerts',
] as const;
export type CycleStep = (typeof CYCLE_STEPS)[number];

/** In ms. A step that was not reached is absent. */
export type StepTimes = Readonly<Partial<Record<CycleStep, number>>>;

export interface StepWatch {
  time<Value>(step: CycleStep, work: () => Promise<Value>): Promise<Value>;
  timeNow<Value>(step: CycleStep, work: () => Value): Value;
  taken(): StepTimes;
}

/** Measures how long each step of a cycle takes, also one that fails [REQ-OB1]. A step taken twice counts twice. */
export function stepWatch(clock: Pick<Clock, 'monotonicMs'>): StepWatch {
  const times: Partial<Record<CycleStep, number>> = {};
  const note = (step: CycleStep, startedMs: number) => {
    times[step] = Math.round(((times[step] ?? 0) + clock.monotonicMs() - startedMs) * 10) / 10;
  };
  return {
    async time(step, work) {
      const startedMs = clock.monotonicMs();
      try {
        return await work();
      } finally {
        note(step, startedMs);
      }
    },
    timeNow(step, work) {
      const startedMs = clock.monotonicMs();
      try {
        return work();
      } finally {
        note(step, startedMs);
      }
    },
    taken: () => ({ ...times }),
  };
}
