import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeVersion } from '../../shared/config/code-version.ts';
import type { Plain } from '../../shared/config/config-node.ts';
import { bundleEntry } from './bundle-entry.ts';

export interface BundleRequest {
  readonly projectDir: string;
  /** Gets one folder a job, each a complete Lambda asset. */
  readonly outDir: string;
  readonly jobs: readonly string[];
  /** The stage's merged config, put beside the code. */
  readonly config: Plain;
}

/** Bundles every job from lambdas/<job>/index.ts. */
export async function bundleFunctions({ projectDir, outDir, jobs, config }: BundleRequest): Promise<void> {
  const version = codeVersion(projectDir);
  for (const job of jobs) {
    const assetDir = join(outDir, job);
    mkdirSync(assetDir, { recursive: true });
    await bundleEntry({
      projectDir,
      outDir: assetDir,
      name: 'index',
      entry: join(projectDir, 'lambdas', job, 'index.ts'),
    });
    writeFileSync(join(assetDir, 'version.json'), `${JSON.stringify({ code_version: version })}\n`);
    writeFileSync(join(assetDir, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  }
}
