import { join } from 'node:path';
import { codeVersion } from '../../shared/config/code-version.ts';
import type { LoadedConfig } from '../../shared/config/parse-config.ts';
import { riskHash } from '../../shared/config/risk-hash.ts';

const PROJECT_DIR = join(import.meta.dirname, '..', '..');

let version: string | undefined;

/** The code and the risk config that evidence of this process is about. The sources do not change while it runs. */
export function gateBinding({ merged }: Pick<LoadedConfig, 'merged'>): {
  readonly codeVersion: string;
  readonly riskHash: string;
} {
  version ??= codeVersion(PROJECT_DIR);
  return { codeVersion: version, riskHash: riskHash(merged) };
}
