import { type InputOptions, type OutputOptions, rolldown } from 'rolldown';
import { lambdaStubs } from './lambda-stubs.ts';
import { narrowBarrels } from './narrow-barrels.ts';
import { trimmedSchemas } from './trimmed-schemas.ts';
import { trimmedZod } from './trimmed-zod.ts';

export interface EntryRequest {
  readonly projectDir: string;
  readonly entry: string;
  readonly outDir: string;
  /** The file to be required, without its ending. */
  readonly name: string;
}

/**
 * Bundles one entry for Lambda as CommonJS: what starts with it is one file, and what is imported with `import()` becomes
 * files of their own beside it, loaded when they are first asked for. The same sources give the same bytes.
 */
export async function bundleEntry({ projectDir, entry, outDir, name }: EntryRequest): Promise<void> {
  const bundle = await rolldown({ ...INPUT, cwd: projectDir, input: { [name]: entry } });
  try {
    await bundle.write({ ...OUTPUT, dir: outDir });
  } finally {
    await bundle.close();
  }
}

const INPUT = {
  platform: 'node',
  // The packages' ESM sources shake; their CommonJS ones do not (326 KB against 513 KB for one client).
  resolve: { mainFields: ['module', 'main'] },
  plugins: [trimmedSchemas, trimmedZod, narrowBarrels, lambdaStubs],
  transform: { target: 'node24' },
  // How long a build took is no fault of it.
  checks: { pluginTimings: false },
  onLog: (_, { message }) => {
    throw new Error(`while bundling: ${message}`);
  },
} satisfies InputOptions;

const OUTPUT = {
  // As ESM a bundle of the SDK starts 16-22 ms later: its static import of node:http loads far more than require does.
  format: 'cjs',
  strict: true,
  dynamicImportInCjs: false,
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  hashCharacters: 'hex',
  minify: true,
  comments: false,
  codeSplitting: {
    groups: [
      {
        // Left alone, what the start shares with any later file would be a file of its own: many small ones weigh more.
        // Only the entry stays apart. It alone runs at start and may throw, and Node forgets a file that threw: a later
        // file that reaches back into it would run it once more.
        debugName: 'start',
        name: (id, graph) => (graph.getModuleInfo(id)?.isEntry === true ? null : 'start'),
        tags: ['$initial'],
      },
      { name: 'indicators', test: /[\\/]core[\\/]indicators[\\/]/ },
    ],
  },
} satisfies OutputOptions;
