import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/runner/longest-first.ts';

export default defineConfig({
  test: {
    include: ['{shared,lambdas,cli,simulator,test,lib}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/cdk.out/**', '**/.state/**'],
    globalSetup: 'test/runner/own-temp-folder.ts',
    setupFiles: 'test/laws/seed.ts',
    // Tests must not lean on each other: the order is shuffled, and the seed is printed so that a failure can be repeated.
    sequence: { shuffle: true, sequencer: LongestFirst },
    // Each file has a process of its own: what one of them compiled, the others need not, nor the programs that they start.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled') },
    // Every processor: by default one is left idle, which on two is half of them.
    maxWorkers: '100%',
    restoreMocks: true,
    unstubEnvs: true,
    testTimeout: 60_000,
    hookTimeout: 30_000,
    reporters: ['default'],
    // With --coverage: no branch of what decides goes unasked, and none is written that nothing can take.
    coverage: {
      provider: 'v8',
      include: ['shared/core/**/*.ts'],
      exclude: ['**/testing/**', '**/*.test.ts'],
      thresholds: { branches: 100, functions: 100 },
      reporter: [['text', { skipFull: true }], 'json'],
      reportsDirectory: '.test-results/coverage',
      reportOnFailure: true,
    },
  },
});
