import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mutant, mutantsOf } from './mutants.ts';

/** What is mutated, and which tests have to notice: of these, those that run the place of the fault. */
export interface Target {
  readonly folder: string;
  readonly tests: readonly string[];
}

export const TARGETS: readonly Target[] = [
  {
    folder: 'shared/core/money',
    tests: [
      'shared/core/money/',
      'shared/core/execution/sizing.test.ts',
      'shared/core/market/',
      'shared/core/portfolio/',
    ],
  },
  {
    folder: 'shared/core/risk',
    tests: [
      'shared/core/risk/',
      'shared/core/cycle/',
      'shared/core/integrator/',
      'shared/core/exits/',
      'test/core/decision-laws.test.ts',
    ],
  },
  {
    folder: 'shared/core/execution',
    tests: [
      'shared/core/execution/',
      'test/lifecycle/',
      'shared/app/place-order.test.ts',
      'shared/app/order-chain.test.ts',
      'shared/app/reconcile.test.ts',
      'shared/core/cycle/',
      'shared/core/backtest/resting.test.ts',
    ],
  },
  {
    folder: 'shared/core/exits',
    tests: [
      'shared/core/exits/',
      'shared/core/cycle/',
      'shared/core/backtest/resting.test.ts',
      'test/core/decision-laws.test.ts',
    ],
  },
  {
    folder: 'shared/core/integrator',
    tests: ['shared/core/integrator/', 'shared/core/cycle/', 'test/core/decision-laws.test.ts'],
  },
  {
    folder: 'shared/core/portfolio',
    tests: [
      'shared/core/portfolio/',
      'shared/core/cycle/',
      'shared/core/tax/',
      'shared/app/reconcile.test.ts',
      'shared/app/ledger-check.test.ts',
      'shared/app/rebuild-state.test.ts',
      'shared/core/backtest/laws.test.ts',
      'test/core/decision-laws.test.ts',
    ],
  },
  {
    folder: 'shared/core/gates',
    tests: [
      'shared/core/gates/',
      'shared/app/promote.test.ts',
      'test/gates/refused.test.ts',
      'shared/app/note-cycle.test.ts',
      'shared/app/replay-day.test.ts',
      'cli/commands/gates.test.ts',
    ],
  },
  {
    folder: 'shared/core/tax',
    tests: ['shared/core/tax/', 'test/local/tax-lots.test.ts'],
  },
  {
    folder: 'shared/app',
    tests: ['shared/app/'],
  },
];

export interface Planned extends Omit<Mutant, 'source'> {
  readonly file: string;
}

export type Result = Planned & { readonly outcome: 'killed' | 'survived' | 'timeout' };

/** The target that a folder or a file of it belongs to. */
export function targetOf(path: string): Target | undefined {
  return TARGETS.find(({ folder }) => path === folder || path.startsWith(`${folder}/`));
}

/** The source files of a folder of a checkout, or the one file. */
export function filesBelow(root: string, path: string): readonly string[] {
  return globSync(path.endsWith('.ts') ? path : `${path}/**/*.ts`, { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
    .sort();
}

/** Every mutant of every source file below a folder of a checkout, in a fixed order. */
export function mutantsBelow(root: string, path: string): readonly (Mutant & { readonly file: string })[] {
  return filesBelow(root, path).flatMap((file) =>
    mutantsOf(readFileSync(join(root, file), 'utf8')).map((mutant) => ({ ...mutant, file })),
  );
}
