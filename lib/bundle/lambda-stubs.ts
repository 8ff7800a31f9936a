import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Parts of the SDK that never run in a Lambda function: credentials come from the environment there, endpoints are not
 * discovered, nothing streams events. A call into one of them fails at once.
 */
const NEVER_RUNS =
  /^(@aws-sdk\/(credential-provider-(ini|sso|http|login|process|web-identity)|token-providers|signature-v4-multi-region|nested-clients\/.*)|@smithy\/(credential-provider-imds|core\/event-streams))$/;

/** Leaves out of a bundle what a function never needs: the parts above, and the YAML parser. */
export const lambdaStubs: Plugin = {
  name: 'lambda-stubs',
  setup(build) {
    build.onResolve({ filter: NEVER_RUNS }, ({ path }) => ({ path, namespace: 'never-runs' }));
    build.onLoad({ filter: /.*/, namespace: 'never-runs' }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
    build.onResolve({ filter: /\/read-yaml\.ts$/ }, () => ({ path: join(import.meta.dirname, 'read-json.ts') }));
  },
};
