/**
 * Who may import whom, as data. The first layer whose folder holds a file is the file's layer. `.` in `mayImport` is
 * the file's own folder; `packages` are npm packages and node built-ins.
 */
export interface Layer {
  readonly name: string;
  readonly folder: RegExp;
  readonly mayImport: readonly string[];
  readonly packages: readonly RegExp[];
}

const NODE = /^node:/;
const ANY = /./;

export const LAYERS: readonly Layer[] = [
  {
    name: 'strategy',
    folder: /^shared\/core\/strategies\/[^/]+\//,
    mayImport: [
      '.',
      'shared/core/strategies/strategy.ts',
      'shared/core/strategies/common-params.ts',
      'shared/core/strategies/per-symbol.ts',
      'shared/core/indicators/',
      'shared/core/market/',
      'shared/core/money/',
    ],
    packages: [/^zod$/],
  },
  { name: 'core', folder: /^shared\/core\//, mayImport: ['shared/core/'], packages: [/^zod$/] },
  { name: 'ports', folder: /^shared\/ports\//, mayImport: ['shared/ports/', 'shared/core/'], packages: [/^zod$/] },
  {
    name: 'config',
    folder: /^shared\/config\//,
    mayImport: ['shared/config/', 'shared/core/'],
    packages: [/^zod$/, /^yaml$/, NODE],
  },
  {
    name: 'app',
    folder: /^shared\/app\//,
    mayImport: ['shared/app/', 'shared/ports/', 'shared/core/', 'shared/config/'],
    // node:crypto for hashes: pure functions that core may not have.
    packages: [/^zod$/, /^node:crypto$/],
  },
  {
    name: 'adapters',
    folder: /^shared\/adapters\//,
    mayImport: ['shared/adapters/', 'shared/ports/', 'shared/core/'],
    packages: [ANY],
  },
  { name: 'lambdas', folder: /^lambdas\//, mayImport: ['lambdas/', 'shared/'], packages: [ANY] },
  {
    name: 'lib',
    folder: /^(lib|bin)\//,
    mayImport: ['lib/', 'bin/', 'shared/config/', 'shared/core/'],
    packages: [ANY],
  },
  {
    name: 'simulator',
    folder: /^simulator\//,
    mayImport: ['simulator/', 'shared/core/', 'shared/ports/', 'shared/adapters/candles/'],
    packages: [ANY],
  },
  { name: 'cli', folder: /^cli\//, mayImport: ['cli/', 'shared/', 'lambdas/', 'simulator/'], packages: [ANY] },
  {
    name: 'bench',
    folder: /^bench\//,
    mayImport: ['bench/', 'cli/', 'shared/', 'lambdas/', 'simulator/', 'lib/'],
    packages: [ANY],
  },
];
