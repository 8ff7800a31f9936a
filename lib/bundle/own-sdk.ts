import { join } from 'node:path';
import type { Plugin } from 'esbuild';

const MODULES = /^@aws-sdk\/(client-(?:dynamodb|s3|secrets-manager|sns|sqs|ssm)|lib-dynamodb)$/;

/**
 * In a function the SDK's clients are replaced by those of ./sdk: the same names, the few operations that are used, for
 * half of the size and of the time to start (docs/decisions/025-own-sdk-in-functions.md). What they lack does not build.
 */
export const ownSdk: Plugin = {
  name: 'own-sdk',
  setup(build) {
    build.onResolve({ filter: MODULES }, ({ path }) => ({
      path: join(import.meta.dirname, 'sdk', `${path.slice('@aws-sdk/'.length)}.ts`),
    }));
    build.onResolve({ filter: /^@(aws-sdk|smithy)\// }, ({ path, importer }) => ({
      errors: [{ text: `${importer} needs ${path}: add what it uses to lib/bundle/sdk` }],
    }));
  },
};
