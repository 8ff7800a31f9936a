import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeVersion } from '../../shared/config/code-version.ts';
import { packConfig } from '../../shared/config/pack-config.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { bundleEntry } from './bundle-entry.ts';

export interface BundleRequest {
  readonly projectDir: string;
  /** Gets one folder a job, each a complete Lambda asset. */
  readonly outDir: string;
  readonly jobs: readonly string[];
  /** The stage's config as it was checked, put beside the code. */
  readonly config: LoadedConfig;
}

/** Bundles every job from lambdas/<job>/index.ts. */
export async function bundleFunctions({ projectDir, outDir, jobs, config }: BundleRequest): Promise<void> {
  const packed = packConfig(config, codeVersion(projectDir));
  for (const job of jobs) {
    const assetDir = join(outDir, job);
    mkdirSync(assetDir, { recursive: true });
    await bundleEntry({
      projectDir,
      outDir: assetDir,
      name: 'index',
      entry: join(projectDir, 'lambdas', job, 'index.ts'),
    });
    for (const [name, text] of Object.entries(packed)) writeFileSync(join(assetDir, name), text);
  }
}
