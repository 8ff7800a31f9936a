import { join } from 'node:path';
import { type Ran, run } from './processes.ts';

export const PROJECT_DIR = join(import.meta.dirname, '..', '..');
const NODE_BIN = join(PROJECT_DIR, 'node_modules', '.bin');

const AWS_MS = 120_000;
const TRADER_MS = 180_000;
const CDK_MS = 360_000;

/** The three programs that an operator has, each against the emulator. */
export interface Programs {
  /** `aws ...`; throws when it fails. Parsed where it answers JSON. */
  aws(...args: readonly string[]): Promise<unknown>;
  /** `trader ... --config DIR`, of this version or of the one in `projectDir`. Its exit code is part of the answer. */
  trader(
    args: readonly string[],
    options?: { readonly projectDir?: string; readonly env?: NodeJS.ProcessEnv },
  ): Promise<Ran>;
  /** `cdk ...`; throws when it fails. */
  cdk(args: readonly string[], projectDir?: string): Promise<Ran>;
}

export function programs(aws: string, env: NodeJS.ProcessEnv, configDir: string): Programs {
  return {
    async aws(...args) {
      const ran = await run(aws, [...args, '--output', 'json'], { env, timeoutMs: AWS_MS });
      if (ran.code !== 0) throw new Error(`aws ${args.slice(0, 2).join(' ')}: ${ran.stderr.trim()}`);
      return ran.stdout.trim() === '' ? null : JSON.parse(ran.stdout);
    },
    trader: (args, { projectDir = PROJECT_DIR, env: more = {} } = {}) => {
      const config = projectDir === PROJECT_DIR ? configDir : join(projectDir, 'config');
      const all = ['cli/trader.ts', ...args, '--stage', 'live', '--config', config];
      return run(join(NODE_BIN, 'tsx'), all, { cwd: projectDir, env: { ...env, ...more }, timeoutMs: TRADER_MS });
    },
    async cdk(args, projectDir = PROJECT_DIR) {
      const own = ['--no-notices', ...args];
      const ran = await run(join(NODE_BIN, 'cdk'), own, { cwd: projectDir, env, timeoutMs: CDK_MS });
      if (ran.code !== 0) throw new Error(`cdk ${args[0]}: ${(ran.stderr + ran.stdout).trim().slice(-2_000)}`);
      return ran;
    },
  };
}
