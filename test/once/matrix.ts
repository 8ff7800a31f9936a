import { FAULTS, type Fault } from './faults.ts';
import type { Verdict } from './judge.ts';
import { runOnce, type Sabotage } from './run.ts';
import type { Scenario } from './scenario.ts';

export interface Break {
  readonly scenario: string;
  readonly fault: Fault | 'none';
  /** The number of the call and its name. */
  readonly point: number;
  readonly call: string;
  readonly what: readonly string[];
}

export interface MatrixRow {
  readonly scenario: string;
  /** Calls of the scenario when nothing goes wrong: the awaits on its path. */
  readonly points: number;
  readonly runs: number;
  readonly duplicates: number;
  readonly lost_fills: number;
  readonly oversells: number;
  /** Reservations, ledger, orders without an end, doubts nobody was told of. */
  readonly others: number;
  readonly breaks: readonly Break[];
}

export interface MatrixOptions {
  readonly faults?: readonly Fault[];
  readonly sabotage?: Sabotage;
  readonly onRun?: () => void;
}

const KINDS = ['duplicates', 'lost_fills', 'oversells', 'others'] as const satisfies readonly (keyof Verdict)[];

/** Every call on the scenario's path, met by every fault in a run of its own. */
export async function matrixOf(scenario: Scenario, options: MatrixOptions = {}): Promise<MatrixRow> {
  const { faults = FAULTS, sabotage, onRun = () => {} } = options;
  // Methods are known as awaited once they were called: the second clean run has every call in it.
  await runOnce(scenario, [], sabotage);
  const clean = await runOnce(scenario, [], sabotage);
  const tally = emptyTally();
  const others = [...clean.verdict.others, ...(sabotage === undefined ? untraded(scenario, clean.ends) : [])];
  note(tally, { scenario: scenario.name, fault: 'none', point: 0, call: 'no fault' }, { ...clean.verdict, others });
  for (const [point, call] of clean.calls.entries()) {
    for (const fault of faults) {
      const { verdict, struck } = await runOnce(scenario, [{ fault, point }], sabotage);
      if (struck === 0) throw new Error(`${scenario.name}: call ${point} (${call}) was not reached a second time`);
      note(tally, { scenario: scenario.name, fault, point, call }, verdict);
      onRun();
    }
  }
  const points = clean.calls.length;
  return { scenario: scenario.name, points, runs: points * faults.length, ...tally };
}

type Tally = { -readonly [Kind in (typeof KINDS)[number]]: number } & { readonly breaks: Break[] };

export function emptyTally(): Tally {
  return { duplicates: 0, lost_fills: 0, oversells: 0, others: 0, breaks: [] };
}

export function note(tally: Tally, where: Omit<Break, 'what'>, verdict: Verdict): void {
  const what = KINDS.flatMap((kind) => verdict[kind]);
  for (const kind of KINDS) tally[kind] += verdict[kind].length;
  if (what.length > 0) tally.breaks.push({ ...where, what });
}

function untraded({ ends }: Scenario, found: readonly string[]): readonly string[] {
  const isAsTold = ends.length === found.length && ends.every((end, i) => found[i]?.startsWith(end));
  return isAsTold ? [] : [`ended with [${found.join(', ')}], not with [${ends.join(', ')}]`];
}
