import type { Plugin } from 'rolldown';

interface Stub {
  /** The module as an import names it. */
  readonly module: RegExp;
  readonly why: string;
  /** What is left of it. */
  readonly contents: string;
}

/** A class that is only ever named; making one of it by mistake says so. */
const never = (name: string) =>
  `export class ${name} { constructor() { throw new Error('${name} is left out of this bundle'); } }`;

/** Whatever is called here by mistake fails at once: it is not a function. */
const NOTHING = 'module.exports = {};';

const STUBS: readonly Stub[] = [
  {
    module: /^@aws-sdk\/credential-provider-node$/,
    why: 'a function finds its credentials in its environment, where the chain of providers looks first',
    contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
  },
  {
    module: /\/shared-ini-file-loader\/loadSharedConfigFiles$/,
    why: 'a function has no home folder with profiles in it',
    contents: 'export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });',
  },
  {
    module: /\/getInstanceMetadataRegion$/,
    why: 'a function is told its region; only EC2 has metadata to ask',
    contents: 'export const getInstanceMetadataRegion = async () => undefined;',
  },
  {
    module: /\/Sha256Js$/,
    why: 'Node hashes by itself; this is for who has no crypto',
    contents: never('Sha256Js'),
  },
  {
    module: /\/AdaptiveRetryStrategy$/,
    why: 'every client retries in the standard way, which is the default',
    contents: never('AdaptiveRetryStrategy'),
  },
  {
    module: /^\.\.\/service-customizations$/,
    why: 'names of buckets in endpoints: only the client of S3 asks, and it is in no bundle',
    contents: never('resolveParamsForS3'),
  },
  {
    module: /\/emitWarningIfUnsupportedVersion$/,
    why: 'it warns of an old Node; the stack pins the runtime',
    contents:
      'export const state = { warningEmitted: true }; export const emitWarningIfUnsupportedVersion = () => undefined;',
  },
  {
    module: /^bowser$/,
    why: 'it reads the name of a browser',
    contents: NOTHING,
  },
  {
    module: /^@smithy\/core\/event-streams$/,
    why: 'no operation in use streams events',
    contents: NOTHING,
  },
  {
    module: /^@aws-sdk\/endpoint-cache$/,
    why: 'DynamoDB is at its regional endpoint; discovery is asked, and knows none',
    contents: 'export class EndpointCache { getEndpoint() { return undefined; } }',
  },
  {
    module: /^\.\.\/core\/(to-json-schema|json-schema-processors)\.js$/,
    why: 'zod parses here; nothing writes JSON schemas',
    contents: NOTHING,
  },
];

/** Whatever resolves to it is no file: the number of its stub follows. */
const STUB = '\0stub-';

/** Leaves out what a function never runs. */
export const lambdaStubs: Plugin = {
  name: 'lambda-stubs',
  resolveId: {
    filter: { id: STUBS.map(({ module }) => module) },
    handler: (source) => `${STUB}${STUBS.findIndex(({ module }) => module.test(source))}`,
  },
  load: (id) => (id.startsWith(STUB) ? STUBS[Number(id.slice(STUB.length))]?.contents : null),
};
