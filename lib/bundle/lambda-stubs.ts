import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Where the SDK looks for credentials besides the environment, which is where a Lambda function finds them. A call into
 * one of these fails at once.
 */
const NEVER_RUNS =
  /^(@aws-sdk\/(credential-provider-(ini|sso|http|login|process|web-identity)|token-providers|nested-clients\/.*)|@smithy\/(credential-provider-imds))$/;

/** No operation here streams events; S3's client only asks for its configuration to be passed through. */
const EVENT_STREAMS = 'exports.resolveEventStreamSerdeConfig = (config) => config;';

/** Leaves out of a bundle what a function never needs: the parts above, and the YAML parser. */
export const lambdaStubs: Plugin = {
  name: 'lambda-stubs',
  setup(build) {
    build.onResolve({ filter: NEVER_RUNS }, ({ path }) => ({ path, namespace: 'never-runs' }));
    build.onLoad({ filter: /.*/, namespace: 'never-runs' }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
    build.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path }) => ({ path, namespace: 'no-streams' }));
    build.onLoad({ filter: /.*/, namespace: 'no-streams' }, () => ({ contents: EVENT_STREAMS, loader: 'js' }));
    build.onResolve({ filter: /\/read-yaml\.ts$/ }, () => ({ path: join(import.meta.dirname, 'read-json.ts') }));
  },
};
