import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { codeVersion } from '../../shared/config/code-version.ts';
import type { Plain } from '../../shared/config/config-node.ts';
import { lambdaStubs } from './lambda-stubs.ts';
import { trimmedSchemas } from './trimmed-schemas.ts';

export interface BundleRequest {
  readonly projectDir: string;
  /** Gets one folder a job, each a complete Lambda asset. */
  readonly outDir: string;
  readonly jobs: readonly string[];
  /** The stage's merged config, put beside the code. */
  readonly config: Plain;
}

/** Bundles every job from lambdas/<job>/index.ts. The same sources give the same bytes. */
export async function bundleFunctions(request: BundleRequest): Promise<void> {
  const version = codeVersion(request.projectDir);
  for (const job of request.jobs) {
    const assetDir = join(request.outDir, job);
    await build(
      bundleOptions(
        join(request.projectDir, 'lambdas', job, 'index.ts'),
        join(assetDir, 'index.js'),
        request.projectDir,
      ),
    );
    writeFileSync(join(assetDir, 'version.json'), `${JSON.stringify({ code_version: version })}\n`);
    writeFileSync(join(assetDir, 'config.json'), `${JSON.stringify(request.config, null, 2)}\n`);
  }
}

/** How everything that runs in Lambda is bundled. */
export function bundleOptions(entry: string, outfile: string, absWorkingDir: string): BuildOptions {
  return {
    absWorkingDir,
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    // An ESM bundle of the SDK starts 16-22 ms later: its static import of node:http loads far more than require does.
    format: 'cjs',
    // The packages' ESM sources shake; their CommonJS ones do not (326 KB against 513 KB for one client).
    mainFields: ['module', 'main'],
    plugins: [trimmedSchemas, lambdaStubs],
    // zod would write and compile a parser for every schema at its first use: a quarter of the time to start, and a function
    // parses too little to earn it back.
    banner: { js: 'globalThis.__zod_globalConfig={jitless:true};' },
    legalComments: 'none',
    logLevel: 'warning',
  };
}
