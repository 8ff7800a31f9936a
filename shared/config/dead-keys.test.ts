import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policySchema, signalsSchema, universeSchema } from '../core/cycle/decision-config.ts';
import { strategyModules } from '../core/strategies/registry.ts';
import { appSchema } from './app-schema.ts';
import { leafPaths } from './schema-walk.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Names too common to search for: their parent's name stands for them. */
const COMMON = new Set(['*', 'min', 'max', 'T1', 'T2', 'T3', 'bull', 'chop', 'bear', 'crash']);

/** Where the parameters that every strategy has are named and read. */
const SHARED_BY_STRATEGIES = ['common-params.ts', 'per-symbol.ts'].map((file) => `shared/core/strategies/${file}`);
/** A key that is only compared with another does nothing yet. */
const ORDERED_PAIR = /\.refine\(\.\.\.(?:below|notAbove)\([^)]*\)\)/g;

/** A key that nobody reads promises an operator something that does not happen. */
describe('config keys', () => {
  const code = codeOf(['{shared,lambdas,cli,lib,simulator}/**/*.ts'], isReader);

  it.each([
    ['app', appSchema],
    ['policy', policySchema],
    ['universe', universeSchema],
    ['signals', signalsSchema],
  ] as const)('[REQ-C1] are all read by the program: %s.yaml', (_section, schema) => {
    expect(unreadIn(code, leafPaths(schema))).toEqual([]);
  });

  it.each(Object.entries(strategyModules))('[REQ-C1] are all read by the strategy: %s', (name, { params }) => {
    const files = [`shared/core/strategies/${name}/*.ts`, ...SHARED_BY_STRATEGIES];
    const module = codeOf(files, (file) => !file.endsWith('.test.ts')).replaceAll(ORDERED_PAIR, '');
    // Once where the schema names it, and at least once where it is used.
    const unused = leafPaths(params)
      .flat()
      .filter((key) => module.split(new RegExp(`\\b${key}\\b`)).length < 3);

    expect(unused).toEqual([]);
  });

  it('would be missed if nobody read them', () => {
    const planted = [
      ['app', 'kill_file_path'],
      ['policy', 'risk', 'max_wishes'],
    ];

    expect(unreadIn(code, planted)).toEqual(['app.kill_file_path', 'policy.risk.max_wishes']);
  });
});

function unreadIn(code: string, paths: readonly (readonly string[])[]): readonly string[] {
  return paths.filter((path) => !isRead(code, path)).map((path) => path.join('.'));
}

/** Read as `.key`, `['key']`, or taken out of an object as `{ key }`. */
function isRead(code: string, path: readonly string[]): boolean {
  const key = path.findLast((name) => !COMMON.has(name)) ?? '';
  return new RegExp(`\\.${key}\\b|\\['${key}'\\]|[{,]\\s*${key}\\s*[,:}]`).test(code);
}

/** The checks here do not count as readers: a key that is only checked does nothing either. */
function isReader(file: string): boolean {
  const isTest = /\.(?:test|contract)\.ts$|\/testing\//.test(file);
  return !isTest && !file.startsWith('shared/config/') && file !== 'shared/core/cycle/decision-config.ts';
}

function codeOf(patterns: readonly string[], isWanted: (file: string) => boolean): string {
  const files = patterns
    .flatMap((pattern) => globSync(pattern, { cwd: ROOT }))
    .map((file) => file.replaceAll('\\', '/'));
  const texts = files.filter(isWanted).map((file) => readFileSync(join(ROOT, file), 'utf8'));
  // Comments read nothing.
  return texts.join('\n').replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');
}
