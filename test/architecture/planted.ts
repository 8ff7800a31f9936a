import type { SourceFile } from './source-file.ts';

/** A file that breaks one rule on purpose. `lint`: the linter must refuse it too. */
export interface Planted extends SourceFile {
  readonly breach: string;
  readonly lint: boolean;
}

const use = (specifier: string) => `import { thing } from '${specifier}';\nexport const used = [thing];\n`;
const STRATEGY = 'shared/core/strategies/planted/index.ts';

export const PLANTED: readonly Planted[] = [
  ...imports('shared/core/planted.ts', 'core must not import', [
    ['../ports/clock.ts', 'shared/ports/clock.ts'],
    ['../adapters/paper/fill.ts', 'shared/adapters/paper/fill.ts'],
    ['../config/load.ts', 'shared/config/load.ts'],
    ['../../lambdas/decide/compose.ts', 'lambdas/decide/compose.ts'],
    ['node:fs', 'node:fs'],
    ['@aws-sdk/client-s3', '@aws-sdk/client-s3'],
  ]),
  ...imports(STRATEGY, 'strategy must not import', [
    ['../donchian-breakout/index.ts', 'shared/core/strategies/donchian-breakout/index.ts'],
    ['../registry.ts', 'shared/core/strategies/registry.ts'],
    ['../../risk/assess.ts', 'shared/core/risk/assess.ts'],
    ['../../../ports/exchange.ts', 'shared/ports/exchange.ts'],
    ['../../../adapters/coinbase/client.ts', 'shared/adapters/coinbase/client.ts'],
  ]),
  ...imports('shared/ports/planted.ts', 'ports must not import', [['../app/halt.ts', 'shared/app/halt.ts']]),
  ...imports('shared/config/planted.ts', 'config must not import', [['../app/halt.ts', 'shared/app/halt.ts']]),
  ...imports('shared/app/planted.ts', 'app must not import', [
    ['../adapters/paper/fill.ts', 'shared/adapters/paper/fill.ts'],
    ['node:https', 'node:https'],
  ]),
  ...imports('shared/adapters/planted/planted.ts', 'adapters must not import', [
    ['../../app/halt.ts', 'shared/app/halt.ts'],
    ['../../../simulator/server.ts', 'simulator/server.ts'],
  ]),
  ...imports('lambdas/planted/index.ts', 'lambdas must not import', [['../../cli/trader.ts', 'cli/trader.ts']]),
  ...imports('lib/planted.ts', 'lib must not import', [['../shared/app/halt.ts', 'shared/app/halt.ts']]),
  ...imports('simulator/planted.ts', 'simulator must not import', [
    ['../shared/adapters/coinbase/client.ts', 'shared/adapters/coinbase/client.ts'],
    ['../shared/app/halt.ts', 'shared/app/halt.ts'],
  ]),
  ...imports('cli/planted.ts', 'cli must not import', [['../lib/stack.ts', 'lib/stack.ts']]),
  code('shared/core/planted.ts', 'export const at = () => Date.now();', 'core reads no clock'),
  code('shared/core/planted.ts', 'export const at = () => new Date();', 'core reads no clock'),
  code('shared/core/planted.ts', 'export const dice = () => Math.random();', 'core has no randomness'),
  code('shared/core/market/planted.ts', 'export const one = Math.log(Math.E);', 'leaves to the engine [I8]'),
  code('shared/core/risk/planted.ts', 'export const four = 2 ** 2;', 'leaves to the engine [I8]'),
  code('shared/core/strategies/planted.ts', 'let last = 0;\nexport const next = () => ++last;', 'keeps no memory'),
  code('shared/core/indicators/planted.ts', 'const seen = new Map<number, number>();', 'keeps no memory'),
  code('shared/core/planted.ts', 'export async function later() {}', 'core is synchronous'),
  code('shared/core/planted.ts', "export const page = fetch('https://example.com');", 'core does no I/O'),
  linted('shared/app/planted.ts', 'export const home = process.env;', 'read the environment'),
  linted('shared/app/planted.ts', "console.log('hello');\nexport const x = 1;", 'write to the console'),
  linted('shared/app/planted.ts', 'export default 1;', 'no default exports'),
  linted('shared/app/planted.ts', "import { z } from 'zod';\nexport const x = z.string();", 'imported as a namespace'),
  code('shared/app/planted.ts', 'export const order = {} as unknown as ApprovedOrder;', 'mints an ApprovedOrder [I1]'),
  code('shared/adapters/planted.ts', 'export const order = {} as SendableOrder;', 'mints a SendableOrder [I1]'),
  code('shared/app/planted.ts', '// long\n'.repeat(251), 'at most 250 lines in a file (252)'),
  code('unknown/planted.ts', 'export const x = 1;', 'belongs to no layer'),
];

function imports(path: string, rule: string, targets: readonly (readonly [string, string])[]): readonly Planted[] {
  return targets.map(([specifier, target]) => ({
    path,
    text: use(specifier),
    breach: `${rule} ${target}`,
    lint: true,
  }));
}

function code(path: string, line: string, breach: string): Planted {
  return { path, text: `${line}\n`, breach, lint: false };
}

function linted(path: string, line: string, breach: string): Planted {
  return { ...code(path, line, breach), lint: true };
}
