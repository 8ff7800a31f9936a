import { writeFileSync } from 'node:fs';
import { type BuildOptions, build, type OutputFile, transform } from 'esbuild';
import { lambdaStubs } from './lambda-stubs.ts';
import { narrowBarrels } from './narrow-barrels.ts';
import { trimmedSchemas } from './trimmed-schemas.ts';
import { trimmedZod } from './trimmed-zod.ts';

export interface EntryRequest {
  readonly projectDir: string;
  readonly entry: string;
  /** Must exist. */
  readonly outDir: string;
  /** The file to be required, without its ending. */
  readonly name: string;
}

/**
 * Bundles one entry for Lambda as CommonJS. What is imported with `import()` becomes a file of its own beside it, loaded
 * when it is first asked for. The same sources give the same bytes.
 */
export async function bundleEntry(request: EntryRequest): Promise<void> {
  const { outputFiles } = await build({ ...ESM, ...placed(request), write: false });
  await Promise.all(outputFiles.map((file) => writeAsCommonJs(file)));
}

function placed({ projectDir, entry, outDir, name }: EntryRequest): BuildOptions {
  return { absWorkingDir: projectDir, entryPoints: [{ in: entry, out: name }], outdir: outDir };
}

const ESM = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  // esbuild splits ESM only; each file is turned into CommonJS afterwards. As ESM a bundle of the SDK starts 16-22 ms
  // later: its static import of node:http loads far more than require does.
  format: 'esm',
  splitting: true,
  chunkNames: '[name]-[hash]',
  // The packages' ESM sources shake; their CommonJS ones do not (326 KB against 513 KB for one client).
  mainFields: ['module', 'main'],
  plugins: [trimmedSchemas, trimmedZod, narrowBarrels, lambdaStubs],
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;

async function writeAsCommonJs({ path, text }: OutputFile): Promise<void> {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    minify: true,
    supported: { 'dynamic-import': false },
    // zod would write and compile a parser for every schema at its first use: a quarter of the time to start, and a function
    // parses too little to earn it back.
    banner: 'globalThis.__zod_globalConfig={jitless:true};',
    legalComments: 'none',
  });
  writeFileSync(path, code);
}
