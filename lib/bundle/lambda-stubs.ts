import type { Plugin } from 'esbuild';

interface Stub {
  /** The module as an import names it. */
  readonly module: RegExp;
  readonly why: string;
  /** What is left of it, as CommonJS. */
  readonly contents: string;
}

/** Whatever is called here by mistake fails at once: it is not a function. */
const NOTHING = 'module.exports = {};';

const STUBS: readonly Stub[] = [
  {
    module:
      /^(@aws-sdk\/(credential-provider-(ini|sso|http|login|process|web-identity)|token-providers|nested-clients\/.*)|@smithy\/credential-provider-imds)$/,
    why: 'a function finds its credentials in its environment',
    contents: NOTHING,
  },
  {
    module: /^@smithy\/core\/event-streams$/,
    why: 'no operation in use streams events; the client of S3 only passes its configuration through',
    contents: 'exports.resolveEventStreamSerdeConfig = (config) => config;',
  },
  {
    module: /^@aws-sdk\/endpoint-cache$/,
    why: 'DynamoDB is at its regional endpoint; discovery is asked, and knows none',
    contents: 'exports.EndpointCache = class { getEndpoint() { return undefined; } };',
  },
  {
    module: /^\.\.\/core\/(to-json-schema|json-schema-processors)\.js$/,
    why: 'zod parses here; nothing writes JSON schemas',
    contents: NOTHING,
  },
];

/** Leaves out what a function never runs. */
export const lambdaStubs: Plugin = {
  name: 'lambda-stubs',
  setup(build) {
    for (const [index, { module, contents }] of STUBS.entries()) {
      const namespace = `stub-${index}`;
      build.onResolve({ filter: module }, ({ path }) => ({ path, namespace }));
      build.onLoad({ filter: /.*/, namespace }, () => ({ contents, loader: 'js' }));
    }
  },
};
