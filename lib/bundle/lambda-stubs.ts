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
