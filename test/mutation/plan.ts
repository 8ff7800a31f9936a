import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mutant, mutantsOf } from './mutants.ts';

/** What is mutated, and which tests have to notice: of these, the ones that pass the place of the fault. */
export interface Target {
  readonly folder: string;
  readonly near: readonly string[];
  readonly wide: readonly string[];
}

export const TARGETS: readonly Target[] = [
  {
    folder: 'shared/core/money',
    near: ['shared/core/money/'],
    wide: ['shared/core/execution/sizing.test.ts', 'shared/core/market/', 'shared/core/portfolio/'],
  },
  {
    folder: 'shared/core/risk',
    near: ['shared/core/risk/'],
    wide: ['shared/core/cycle/', 'shared/core/integrator/', 'shared/core/exits/', 'test/core/decision-laws.test.ts'],
  },
  {
    folder: 'shared/core/execution',
    near: ['shared/core/execution/', 'test/lifecycle/'],
    wide: [
      'shared/app/place-order.test.ts',
      'shared/app/order-chain.test.ts',
      'shared/app/reconcile.test.ts',
      'shared/core/cycle/',
      'shared/core/backtest/resting.test.ts',
    ],
  },
  {
    folder: 'shared/core/exits',
    near: ['shared/core/exits/'],
    wide: ['shared/core/cycle/', 'shared/core/backtest/resting.test.ts', 'test/core/decision-laws.test.ts'],
  },
  {
    folder: 'shared/core/integrator',
    near: ['shared/core/integrator/'],
    wide: ['shared/core/cycle/', 'test/core/decision-laws.test.ts'],
  },
  {
    folder: 'shared/core/portfolio',
    near: ['shared/core/portfolio/'],
    wide: [
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
    near: ['shared/core/gates/', 'shared/app/promote.test.ts'],
    wide: [
      'test/gates/refused.test.ts',
      'shared/app/note-cycle.test.ts',
      'shared/app/replay-day.test.ts',
      'cli/commands/gates.test.ts',
    ],
  },
  {
    folder: 'shared/core/universe',
    near: ['shared/core/universe/'],
    wide: ['shared/core/cycle/', 'test/core/decision-laws.test.ts'],
  },
  {
    folder: 'shared/core/market',
    near: ['shared/core/market/'],
    wide: [
      'shared/core/universe/',
      'shared/core/risk/market-state.test.ts',
      'shared/core/cycle/',
      'shared/adapters/coinbase/candle-decoder.test.ts',
    ],
  },
  {
    folder: 'shared/core/regime',
    near: ['shared/core/regime/'],
    wide: ['shared/core/cycle/', 'test/core/decision-laws.test.ts'],
  },
  {
    folder: 'shared/core/tax',
    near: ['shared/core/tax/'],
    wide: ['test/local/tax-lots.test.ts'],
  },
  {
    folder: 'shared/app',
    near: ['shared/app/'],
    wide: [],
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
